import { columnOfJob, expectJobs } from './checks.js';
import type { Story } from './story.js';

/** Longer than any wait of ours but the task's own deadline of 10 minutes. */
const NEARLY_TOO_LONG_TRUE_MS = 8 * 60_000;

const timeout: Story = {
  name: 'timeout',
  title: 'KIE never ends: after ten minutes the credit is back, and no second task is made',
  cast: { firstName: 'Грета', languageCode: 'ru' },
  long: true,
  async play(stage) {
    await stage.begin();
    stage.world.kie.nextTask({ ending: 'hang', when: { promptIncludes: stage.mark } });
    await stage.order({ description: 'Настольная лампа на струбцине, три оттенка света' });
    await expectJobs(stage, [{ status: 'failed', failure_reason: 'generation_timeout' }]);
    await stage.expectTally({
      balance: 2,
      tasks: 1,
      paid: 1,
      sends: 0,
      videos: [],
      notices: [stage.noticeText('generation_timeout', 2)],
    });
  },
};

const latePresent: Story = {
  name: 'late-present',
  title: 'KIE ends after the credit went back: the video comes as a present',
  cast: { firstName: 'Ben', languageCode: 'en' },
  long: true,
  async play(stage) {
    const { kie } = stage.world;
    await stage.begin();
    kie.nextTask({ ending: 'hang', when: { promptIncludes: stage.mark } });
    await stage.order({ description: 'Canvas tote bag with a zip and an inner pocket' });
    await expectJobs(stage, [{ status: 'failed', failure_reason: 'generation_timeout' }]);
    const notices = [stage.noticeText('generation_timeout', 2)];
    await stage.expectTally({ balance: 2, tasks: 1, paid: 1, sends: 0, videos: [], notices });
    const task = await stage.taskMade();
    stage.expect(kie.finishTask(task.id, 'success'), 'KIE ends it after all');
    await stage.videosArrive(1);
    await stage.expectTally({
      balance: 2,
      tasks: 1,
      paid: 1,
      sends: 1,
      videos: [stage.text('result.present')],
      notices,
    });
    await expectJobs(stage, [{ status: 'failed', sends: 1 }]);
  },
};

const stuck: Story = {
  name: 'stuck',
  title: 'The workers are gone: the cron ends the video, and the person is told once there is a worker',
  cast: { firstName: 'Лена', languageCode: 'ru' },
  alone: true,
  undisturbed: true,
  async play(stage) {
    const { sandbox, world } = stage;
    await stage.begin();
    world.kie.nextTask({ ending: 'hang', when: { promptIncludes: stage.mark } });
    await stage.order({ description: 'Зонт-автомат, девять спиц, чехол на молнии' });
    await stage.until('KIE films', async () => (await columnOfJob(stage, 'step')) === 'generate');
    await sandbox.restart({ roles: 'bot,scheduler', kill: true });
    try {
      await expectJobs(stage, [{ status: 'failed', failure_reason: 'stuck' }]);
      await stage.expectTally({ balance: 2, tasks: 1, paid: 1, sends: 0, videos: [], notices: [] });
    } finally {
      await sandbox.restart();
    }
    await stage.expectTally({
      balance: 2,
      tasks: 1,
      paid: 1,
      sends: 0,
      videos: [],
      notices: [stage.noticeText('stuck', 2)],
    });
  },
};

const lostAnswer: Story = {
  name: 'lost-answer',
  title: "createTask's answer is lost, the task takes eight minutes: its callback finds us again",
  cast: { firstName: 'Nora', languageCode: 'en' },
  long: true,
  async play(stage) {
    const { kie } = stage.world;
    await stage.begin();
    kie.failNext('createTask', { kind: 'reset_after_effect', when: { includes: stage.mark } });
    kie.nextTask({ durationTrueMs: NEARLY_TOO_LONG_TRUE_MS, when: { promptIncludes: stage.mark } });
    await stage.order({ description: 'Wool hat, hand-knitted, with a turned-up brim' });
    await stage.until('the answer is lost', async () => (await stateOfTask(stage)) === 'unknown');
    await stage.videosArrive(1);
    await expectJobs(stage, [{ status: 'completed' }]);
    await stage.expectTally({
      balance: 1,
      tasks: 1,
      paid: 1,
      sends: 1,
      videos: [stage.text('result.caption')],
      notices: [],
    });
  },
};

async function stateOfTask(stage: Parameters<Story['play']>[0]): Promise<string | undefined> {
  const [row] = await stage.dataSource.query<{ state: string }[]>(
    `select t.state from kie_tasks t join jobs j on j.id = t.job_id join users u on u.id = j.user_id
      where u.tg_user_id = $1`,
    [stage.person.id],
  );
  return row?.state;
}

/** Tasks that take too long, or nearly. */
export const deadlines: readonly Story[] = [timeout, latePresent, stuck, lostAnswer];
