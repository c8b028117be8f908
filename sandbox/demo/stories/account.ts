import { expectJobs } from './checks.js';
import type { Stage } from '../stage.js';
import type { Story } from './story.js';

const cancelled: Story = {
  name: 'cancelled',
  title: 'An order is given up before KIE was asked: the credit is back, and no task was made',
  cast: { firstName: 'Лена', languageCode: 'ru' },
  async play(stage) {
    const { person } = stage;
    await stage.begin();
    // The prompt is written for as long as OpenAI may take: so long nobody has begun.
    await stage.order({ description: 'Плед из шерсти мериноса, 130 на 170 [[openai:hang]]' });
    await person.tap('1:cancel:');
    await expectJobs(stage, [{ status: 'failed', failure_reason: 'cancelled', kie_tasks: 0, sends: 0 }]);
    await stage.seesText('progress.cancelled', { count: 1 });
    await stage.expectTally({ balance: 2, tasks: 0, paid: 0, sends: 0, videos: [], notices: [] });
    person.say('/videos');
    await stage.seesText('videos.title');
  },
};

const erased: Story = {
  name: 'delete-me',
  title: '/delete_me: everything about the person goes but the ledger, and nobody gets a second welcome',
  cast: { firstName: 'Olivia', languageCode: 'en' },
  async play(stage) {
    const { person } = stage;
    await stage.begin();
    await stage.order({ description: 'Ceramic teapot, 800 ml, with a bamboo handle' });
    person.say('/delete_me');
    await stage.seesText('erase.busy');
    await stage.videosArrive(1);
    await stage.jobsOver(1);
    const userId = await idOf(stage);
    person.say('/delete_me');
    await stage.seesText('erase.credits', { count: 1 });
    await person.tap('1:delete:1');
    await person.tap('1:erase:1');
    await stage.seesText('erase.done');
    stage.expect((await idOf(stage)) === null, 'nobody has this Telegram id any more');
    const [left] = await stage.dataSource.query<{ balance: number; rows: number; texts: number }[]>(
      `select u.credits as balance, (select count(*)::int from credits_history h where h.user_id = u.id) as rows,
              (select count(*)::int from jobs j where j.user_id = u.id and (j.prompt_input <> '' or j.photo_path is not null)) as texts
         from users u where u.id = $1`,
      [userId],
    );
    const found = JSON.stringify(left);
    stage.expect(
      found === JSON.stringify({ balance: 0, rows: 3, texts: 0 }),
      'only the ledger is left',
      found,
    );
    await person.join();
    await stage.expectBalance(0);
  },
};

/** What people do about their orders and their account. */
export const account: readonly Story[] = [cancelled, erased];

async function idOf({ dataSource, person }: Stage): Promise<string | null> {
  const [row] = await dataSource.query<{ id: string }[]>('select id from users where tg_user_id = $1', [
    person.id,
  ]);
  return row?.id ?? null;
}
