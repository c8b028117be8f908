import { buttonOf, WAIT_MS } from '../person.js';
import { expectJobs, fillAnother } from './checks.js';
import type { Story } from './story.js';

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
    await stage.seesText('progress.done', { count: 1 });
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
    await stage.videosArrive(1);
    await stage.jobsOver(1);
    await fillAnother(stage, { template: 'ad' });
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
      .map(({ body }) => (body as { instructions?: string }).instructions)
      // The look at the texts has none.
      .filter((script) => script !== undefined);
    stage.expect(
      new Set(scripts).size === 3,
      'three different scripts were asked for',
      `${new Set(scripts).size}`,
    );
    await stage.expectBalance(0);
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
      .answer(WAIT_MS);
    await stage.seesText('insufficient.draft');
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
    await Promise.all(taps.map((tap) => tap.answer(WAIT_MS)));
    await stage.videosArrive(1);
    await expectJobs(stage, [{ status: 'completed', kie_tasks: 1, sends: 1 }]);
    await stage.expectBalance(1);
  },
};

/** What a video by each of the models on offer costs, less the welcome credits. */
const EVERY_MODEL_GIFT = 5;

const everyModel: Story = {
  name: 'every-model',
  title: 'A video by each model on offer: KIE is asked in the way of each, and all arrive',
  cast: { firstName: 'Полина', languageCode: 'ru' },
  async play(stage) {
    const { person } = stage;
    const models = stage.sandbox.env['KIE_MODELS_OFFERED']?.split(',') ?? [];
    await stage.begin();
    await stage.giveCredits(EVERY_MODEL_GIFT);
    for (const model of models) {
      person.say('/menu');
      await stage.order({ description: 'Термос 0,7 л, матовая сталь, крышка-чашка', model });
    }
    await stage.videosArrive(models.length);
    await expectJobs(
      stage,
      models.map(() => ({ status: 'completed', kie_tasks: 1, sends: 1 })),
    );
    const tasks = await stage.tasks();
    const [asked, wanted] = [tasks.map(({ model }) => model), models].map((ids) => ids.toSorted().join());
    stage.expect(asked === wanted, 'each model was asked once', asked);
    const strange = tasks.flatMap(({ unknownFields }) => unknownFields).join();
    stage.expect(strange === '', 'no model was sent a field that it does not have', strange);
    await stage.expectTally({
      balance: 0,
      tasks: models.length,
      paid: models.length,
      sends: models.length,
      videos: models.map(() => stage.text('result.caption')),
      notices: [],
    });
  },
};

/** Orders that go well, and those that there are too few credits for. */
export const orders: readonly Story[] = [happy, again, batch, everyModel, noCredits, doubleTap];
