import sharp from 'sharp';
import { CREDITS_SQLSTATES } from '../../src/modules/credits/index.js';
import {
  htmlToPlain,
  translate,
  type TranslationKey,
  type TranslationParams,
} from '../../src/modules/telegram/index.js';
import { buttonOf, type DemoPerson } from './person.js';
import type { Stage } from './stage.js';

/** One story of the product, played by a person in the chat and checked from the outside. */
export interface Story {
  name: string;
  /** What the audience is told. */
  title: string;
  cast: { firstName: string; languageCode: string };
  play(stage: Stage): Promise<void>;
}

const happy: Story = {
  name: 'happy',
  title: 'A photo becomes a video, for one credit',
  cast: { firstName: 'Анна', languageCode: 'ru' },
  async play(stage) {
    const { person } = stage;
    await stage.begin();
    await person.fillOrder({ wishes: 'утренняя кухня, тёплый свет' });
    await person.tap('1:confirm');
    await stage.videosArrive(1);
    await expectJobs(stage, [{ status: 'completed', kie_tasks: 1, sends: 1 }]);
    await stage.expectBalance(1);
    await seesText(person, 'ru', 'progress.done', { count: 1 });
  },
};

const again: Story = {
  name: 'again',
  title: '"Make another": the same product, straight to the template',
  cast: { firstName: 'Emma', languageCode: 'en' },
  async play(stage) {
    const { person } = stage;
    await stage.begin();
    await person.fillOrder({
      photo: 'photos/lamp.jpg',
      description: 'Brass desk lamp with a dimmer and a linen shade',
    });
    await person.tap('1:confirm');
    const [video] = await stage.videosArrive(1);
    await stage.jobsOver(1);
    const another = video && buttonOf(video, '1:another');
    stage.expect(another !== undefined, 'the result has the button "make another"');
    await stage.world.telegram.tapData(person.id, video?.messageId ?? 0, another ?? '').answer();
    await person.chooseRest({ template: 'ad' });
    await person.tap('1:confirm');
    await stage.videosArrive(2);
    await expectJobs(stage, [
      { status: 'completed', kie_tasks: 1, sends: 1 },
      { status: 'completed', kie_tasks: 1, sends: 1 },
    ]);
    const photos = await stage.dataSource.query<{ n: number }[]>(
      `select count(distinct j.photo_path)::int as n from jobs j join users u on u.id = j.user_id where u.tg_user_id = $1`,
      [person.id],
    );
    stage.expect(photos[0]?.n === 1, 'both videos are of the same photo');
    await stage.expectBalance(0);
  },
};

const batch: Story = {
  name: 'batch',
  title: 'Three videos in one order, charged in one transaction',
  cast: { firstName: 'Игорь', languageCode: 'ru' },
  async play(stage) {
    const { person } = stage;
    await stage.begin();
    await stage.giveCredits(1);
    await person.fillOrder({
      photo: 'photos/backpack.jpg',
      description: 'Рюкзак 20 л, влагозащита, отделение для ноутбука 15"',
      kind: 'reels',
      count: 3,
    });
    await person.tap('1:confirm');
    await stage.videosArrive(3);
    await expectJobs(
      stage,
      Array.from({ length: 3 }, () => ({ status: 'completed', kie_tasks: 1, sends: 1 })),
    );
    const [order] = await stage.dataSource.query<{ transactions: number; orders: number; prompts: number }[]>(
      `select count(distinct j.created_at)::int as transactions, count(distinct j.order_id)::int as orders
         from jobs j join users u on u.id = j.user_id where u.tg_user_id = $1`,
      [person.id],
    );
    stage.expect(order?.transactions === 1 && order.orders === 1, 'one order, one transaction');
    const scripts = stage.world.openAi
      .requests()
      .filter(({ body }) => JSON.stringify(body).includes('отделение для ноутбука'))
      .map(({ body }) => (body as { instructions?: string }).instructions);
    stage.expect(
      new Set(scripts).size === 3,
      'three different scripts were asked for',
      `${new Set(scripts).size}`,
    );
    await stage.expectBalance(0);
  },
};

const moderation: Story = {
  name: 'moderation',
  title: 'KIE refuses: the credit is back, and the person knows why',
  cast: { firstName: 'Мария', languageCode: 'ru' },
  async play(stage) {
    const { person, world } = stage;
    await stage.begin();
    await person.fillOrder();
    world.kie.nextTask({ ending: 'moderation_text' });
    await person.tap('1:confirm');
    await expectJobs(stage, [
      { status: 'failed', failure_reason: 'moderation_text', kie_tasks: 1, sends: 0 },
    ]);
    await seesText(person, 'ru', 'notice.failed.moderation_text');
    await stage.expectBalance(2);
  },
};

const openAiQuota: Story = {
  name: 'openai-quota',
  title: 'OpenAI is out of quota: the template prompt, at once, and the job goes on',
  cast: { firstName: 'Олег', languageCode: 'ru' },
  async play(stage) {
    const { person, world } = stage;
    await stage.begin();
    await person.fillOrder();
    world.openAi.setMood('insufficient_quota');
    try {
      await person.tap('1:confirm');
      await stage.videosArrive(1);
    } finally {
      world.openAi.setMood(null);
    }
    await expectJobs(stage, [{ status: 'completed', kie_tasks: 1, sends: 1 }]);
    const [job] = await stage.dataSource.query<{ prompt_source: string; prompt: string }[]>(
      `select j.prompt_source, j.prompt from jobs j join users u on u.id = j.user_id where u.tg_user_id = $1`,
      [person.id],
    );
    stage.expect(job?.prompt_source === 'template', 'the prompt is the template', job?.prompt_source);
    stage.expect(job?.prompt.includes('450') ?? false, 'the template prompt holds the facts of the product');
    await stage.expectBalance(1);
  },
};

const noCredits: Story = {
  name: 'no-credits',
  title: 'Too few credits: nothing is charged, the draft stays',
  cast: { firstName: 'Света', languageCode: 'ru' },
  async play(stage) {
    const { person } = stage;
    await stage.begin();
    const confirm = await person.fillOrder({ count: 5 });
    await stage.world.telegram
      .tapData(person.id, confirm.messageId, buttonOf(confirm, '1:confirm') ?? '')
      .answer();
    await seesText(person, 'ru', 'insufficient.draft');
    stage.expect((await stage.jobs()).length === 0, 'no job was made');
    await stage.expectBalance(2);
    await stage.giveCredits(3);
    // The draft is still there: the same confirm, now with enough credits.
    await person.tap('1:confirm');
    await stage.videosArrive(5);
    await stage.jobsOver(5);
    await stage.expectBalance(0);
  },
};

const doubleTap: Story = {
  name: 'double-tap',
  title: 'Fifty taps on "start" are one order',
  cast: { firstName: 'Дима', languageCode: 'ru' },
  async play(stage) {
    const { person, world } = stage;
    await stage.begin();
    const confirm = await person.fillOrder();
    const data = buttonOf(confirm, '1:confirm') ?? '';
    const taps = Array.from({ length: 50 }, () => world.telegram.tapData(person.id, confirm.messageId, data));
    await Promise.all(taps.map((tap) => tap.answer(30_000)));
    await stage.videosArrive(1);
    await expectJobs(stage, [{ status: 'completed', kie_tasks: 1, sends: 1 }]);
    await stage.expectBalance(1);
  },
};

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
    await seesText(person, 'en', 'hint.not_an_image');
    await person.sendPicture(await plainPicture(120, 120), { fileName: 'tiny.png', mimeType: 'image/png' });
    await seesText(person, 'en', 'hint.photo_too_small', { sideMinPx: 300 });
    await person.sendPicture(await plainPicture(2400, 400), { fileName: 'wide.png', mimeType: 'image/png' });
    await seesText(person, 'en', 'hint.photo_bad_ratio', { ratioMax: 2.5 });
    stage.expect((await stage.jobs()).length === 0, 'no job was made');
    await stage.expectBalance(2);
    // A good one after that is taken as if nothing had happened.
    await person.sendPicture(await plainPicture(900, 1200), { fileName: 'good.png', mimeType: 'image/png' });
    await person.seesButton('1:back:description');
  },
};

const secondStart: Story = {
  name: 'second-start',
  title: 'Many /start at the same moment: one welcome',
  cast: { firstName: 'Паша', languageCode: 'ru' },
  async play(stage) {
    const { person, sandbox } = stage;
    stage.world.telegram.copyEachUpdate(5);
    try {
      for (let i = 0; i < 5; i++) person.say('/start');
      await Promise.all(Array.from({ length: 20 }, (_, i) => postStart(sandbox, person, 900_000_000 + i)));
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

/** Every story, in the order of the programme. */
export const STORIES: readonly Story[] = [
  happy,
  again,
  batch,
  moderation,
  openAiQuota,
  noCredits,
  doubleTap,
  badPhoto,
  secondStart,
];

async function expectJobs(
  stage: Stage,
  expected: { status: string; failure_reason?: string; kie_tasks: number; sends: number }[],
): Promise<void> {
  const jobs = await stage.jobsOver(expected.length);
  for (const [index, wanted] of expected.entries()) {
    for (const [name, value] of Object.entries(wanted)) {
      const found = jobs[index]?.[name as keyof (typeof jobs)[number]];
      stage.expect(found === value, `job ${index + 1}: ${name} is ${value}`, String(found));
    }
  }
}

/** Waits for a message that holds the text, as the person reads it. */
async function seesText(
  person: DemoPerson,
  language: 'ru' | 'en',
  key: TranslationKey,
  params: TranslationParams = {},
): Promise<void> {
  const text = htmlToPlain(translate(language, key, params));
  await person.sees((message) => message.text.includes(text));
}

function plainPicture(width: number, height: number): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: '#88aacc' } })
    .png()
    .toBuffer();
}

async function postStart(sandbox: Stage['sandbox'], person: DemoPerson, updateId: number): Promise<void> {
  const { id, firstName, languageCode } = person.account;
  const who = { id, is_bot: false, first_name: firstName, language_code: languageCode };
  await fetch(`${sandbox.app.url}/telegram/webhook`, {
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
  });
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
