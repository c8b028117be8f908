import sharp from 'sharp';
import { CREDITS_SQLSTATES } from '../../../src/modules/credits/light.js';
import { type DemoPerson, WAIT_MS } from '../person.js';
import type { Stage } from '../stage.js';
import type { Story } from './story.js';

const badPhoto: Story = {
  name: 'bad-photo',
  title: 'Photos that cannot become a video are refused before anything is charged',
  cast: { firstName: 'Kate', languageCode: 'en' },
  async play(stage) {
    const { person } = stage;
    await stage.begin();
    await person.tap('1:create');
    await person.tap('1:kind:neurocard');
    await person.seesButton('1:back:photo');
    await person.sendPicture(Buffer.from('%PDF-1.7 not a picture'), {
      fileName: 'mug.pdf',
      mimeType: 'application/pdf',
    });
    await stage.seesText('hint.not_an_image');
    await person.sendPicture(await plainPicture(120, 120), { fileName: 'tiny.png', mimeType: 'image/png' });
    await stage.seesText('hint.photo_too_small', { sideMinPx: 300 });
    await person.sendPicture(await plainPicture(2400, 400), { fileName: 'wide.png', mimeType: 'image/png' });
    await stage.seesText('hint.photo_bad_ratio', { ratioMax: 2.5 });
    stage.expect((await stage.jobs()).length === 0, 'no job was made');
    await stage.expectBalance(2);
    // A good one after that is taken as if nothing had happened.
    await person.sendPicture(await plainPicture(900, 1200), { fileName: 'good.png', mimeType: 'image/png' });
    await person.seesButton('1:back:description');
  },
};

const secondStart: Story = {
  name: 'second-start',
  title: 'Many /start at the same moment, and many taps that agree: one welcome',
  cast: { firstName: 'Паша', languageCode: 'ru' },
  alone: true,
  async play(stage) {
    const { person } = stage;
    stage.world.telegram.copyEachUpdate(5);
    try {
      for (let i = 0; i < 5; i++) person.say('/start');
      await Promise.all(Array.from({ length: 20 }, (_, i) => postStart(stage, person, 900_000_000 + i)));
      const { messageId } = await person.seesButton('1:agree');
      const taps = Array.from({ length: 5 }, () =>
        stage.world.telegram.tapData(person.id, messageId, '1:agree'),
      );
      await Promise.all(taps.map((tap) => tap.answer(WAIT_MS)));
      await person.seesButton('1:create');
      await stage.until('all updates are delivered', () => stage.world.telegram.pendingUpdates() === 0);
    } finally {
      stage.world.telegram.copyEachUpdate(1);
    }
    const [welcome] = await stage.dataSource.query<{ n: number }[]>(
      `select count(*)::int as n from credits_history h join users u on u.id = h.user_id
        where u.tg_user_id = $1 and h.operation_type = 'signup'`,
      [person.id],
    );
    stage.expect(welcome?.n === 1, 'one welcome', `${welcome?.n}`);
    stage.balanceBefore = 2;
    await stage.expectBalance(2);
    const refused = await chargeWithoutCredits(stage);
    stage.expect(refused === CREDITS_SQLSTATES.tooFewCredits, 'the two credits are all there is', refused);
  },
};

/** What happens before there is anything to order. */
export const beginnings: readonly Story[] = [badPhoto, secondStart];

function plainPicture(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#88aacc' } })
    .png()
    .toBuffer();
}

/** As Telegram does, until somebody answers. */
async function postStart(stage: Stage, person: DemoPerson, updateId: number): Promise<void> {
  await stage.until('an answer to /start', () => tryStart(stage.sandbox, person, updateId));
}

async function tryStart(sandbox: Stage['sandbox'], person: DemoPerson, updateId: number): Promise<boolean> {
  const { id, firstName, languageCode } = person.account;
  const who = { id, is_bot: false, first_name: firstName, language_code: languageCode };
  const answer = await fetch(`${sandbox.app.url}/telegram/webhook`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-telegram-bot-api-secret-token': sandbox.env['WEBHOOK_SECRET_TOKEN'] ?? '',
    },
    body: JSON.stringify({
      update_id: updateId,
      message: {
        message_id: updateId,
        date: Math.floor(Date.now() / 1000),
        chat: { id, type: 'private', first_name: firstName },
        from: who,
        text: '/start',
        entities: [{ type: 'bot_command', offset: 0, length: 6 }],
      },
    }),
  }).catch(() => null);
  return answer !== null;
}

async function chargeWithoutCredits(stage: Stage): Promise<string> {
  try {
    await stage.dataSource.query(`select create_job_and_consume_credit($1, 'ugc', $2, 'x.jpg', 'x', 3)`, [
      stage.person.id,
      `demo-${stage.person.id}`,
    ]);
    return 'charged';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
