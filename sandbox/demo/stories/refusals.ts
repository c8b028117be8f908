import type { TranslationParams } from '../../../src/modules/telegram/light.js';
import { SANDBOX_MODEL_FALLBACKS } from '../../outside-world.js';
import { callOperator } from '../shopping.js';
import type { Stage } from '../stage.js';
import { columnOfJob, expectJobs, fillAnother } from './checks.js';
import type { Story } from './story.js';

/** The application's own default (KIE_MODEL). */
const DEFAULT_MODEL = 'grok-imagine-video-1-5-preview';
const DEFAULT_TITLE = 'Grok Imagine';
/** A task that fails soon, in true milliseconds. */
const SHORT_TRUE_MS = 20_000;

const moderation: Story = {
  name: 'moderation',
  title: 'KIE refuses: the credit is back, and the person knows why',
  cast: { firstName: 'Мария', languageCode: 'ru' },
  async play(stage) {
    await stage.begin();
    stage.world.kie.nextTask({ ending: 'moderation_text', when: { promptIncludes: stage.mark } });
    await stage.order({ description: 'Крем для лица с витамином C, 50 мл, для сухой кожи' });
    await expectJobs(stage, [{ status: 'failed', failure_reason: 'moderation_text' }]);
    await stage.expectTally({
      balance: 2,
      tasks: 1,
      paid: 0,
      sends: 0,
      videos: [],
      notices: [stage.noticeText('moderation_text', 2)],
    });
  },
};

const openAiQuota: Story = {
  name: 'openai-quota',
  title: 'OpenAI is out of quota: asked once, then the template prompt at once, and the operator knows',
  cast: { firstName: 'Олег', languageCode: 'ru' },
  alone: true,
  undisturbed: true,
  async play(stage) {
    const { person, world } = stage;
    const told = await watchAlerts(stage, 'notice.prompts_refused', { source: 'OpenAI', text: '' });
    await stage.begin();
    await stage.giveCredits(1);
    const asked = world.openAi.requests().length;
    world.openAi.setMood('insufficient_quota');
    try {
      await person.fillOrder({ count: 3 });
      await person.tap('1:confirm');
      await stage.videosArrive(3);
    } finally {
      world.openAi.setMood(null);
    }
    const video = { status: 'completed', kie_tasks: 1, sends: 1 };
    await expectJobs(stage, [video, video, video]);
    const prompts = await promptsOf(stage);
    for (const { source, prompt } of prompts) {
      stage.expect(source === 'template', 'the prompt is the template', source);
      stage.expect(prompt.includes('450'), 'the template prompt holds the facts of the product', prompt);
    }
    stage.expect(new Set(prompts.map(({ prompt }) => prompt)).size === 3, 'each video has its own scene');
    const refused = world.openAi.requests().slice(asked);
    const writing = refused.filter(({ route }) => route === 'responses').length;
    stage.expect(writing === 1, 'OpenAI is asked once and then left alone', String(writing));
    await stage.expectBalance(0);
    await stage.until('the operator is told once', () => told() === 1);
  },
};

const rateLimit: Story = {
  name: 'rate-limit',
  title: 'KIE answers 429 four times: later, and no attempt is counted',
  cast: { firstName: 'Lily', languageCode: 'en' },
  async play(stage) {
    const { kie } = stage.world;
    await stage.begin();
    kie.failNext('createTask', {
      kind: 'body',
      code: 429,
      msg: 'Your call frequency is too high. Please try again later.',
      times: 4,
      when: { includes: stage.mark },
    });
    await stage.order({ description: 'Linen apron with two pockets, washed, one size' });
    await stage.videosArrive(1);
    await expectJobs(stage, [{ status: 'completed' }]);
    const attempts = await columnOfJob(stage, 'generation_attempts');
    stage.expect(attempts === 1, 'one attempt is counted', String(attempts));
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

const temporary: Story = {
  name: 'temporary',
  title: 'The first task ends with an internal error, the second makes the video',
  cast: { firstName: 'Юля', languageCode: 'ru' },
  async play(stage) {
    await stage.begin();
    const when = { promptIncludes: stage.mark };
    stage.world.kie.nextTask({ ending: 'internal', durationTrueMs: SHORT_TRUE_MS, when });
    await stage.order({ description: 'Плед из мериноса 140 × 200 см, серый, не колется' });
    await stage.videosArrive(1);
    await expectJobs(stage, [{ status: 'completed' }]);
    await stage.expectTally({
      balance: 1,
      tasks: 2,
      paid: 1,
      sends: 1,
      videos: [stage.text('result.caption')],
      notices: [],
    });
  },
};

const temporaryExhausted: Story = {
  name: 'temporary-exhausted',
  title: 'Three tasks fail: no fourth, the credit is back',
  cast: { firstName: 'Tom', languageCode: 'en' },
  async play(stage) {
    await stage.begin();
    const when = { promptIncludes: stage.mark };
    for (const ending of ['internal', 'busy', 'internal'] as const) {
      stage.world.kie.nextTask({ ending, durationTrueMs: SHORT_TRUE_MS, when });
    }
    await stage.order({ description: 'Stainless steel kettle, 1.7 litres, with a thermometer in the lid' });
    await expectJobs(stage, [{ status: 'failed', failure_reason: 'temporary' }]);
    await stage.expectTally({
      balance: 2,
      tasks: 3,
      paid: 0,
      sends: 0,
      videos: [],
      notices: [stage.noticeText('temporary', 2)],
    });
    await stage.seesText('progress.failed', { count: 1 });
  },
};

const modelPaused: Story = {
  name: 'model-paused',
  title:
    'The model is paused: the next one makes the videos, at the same price, and nobody asks for it again',
  cast: { firstName: 'Никита', languageCode: 'ru' },
  alone: true,
  undisturbed: true,
  async play(stage) {
    const { person, world } = stage;
    const { kie } = world;
    const told = await watchAlerts(stage, 'notice.model_set_aside', { title: DEFAULT_TITLE, text: '' });
    const asked: unknown[] = [];
    const stopListening = kie.onCall(({ url, request }) => {
      if (url.includes('/createTask')) asked.push((request as { model?: unknown } | null)?.model);
    });
    await stage.begin();
    kie.configure({ pausedModels: [DEFAULT_MODEL] });
    try {
      await stage.order({ description: 'Беспроводная мышь, тихие кнопки, заряда хватает на месяц' });
      await stage.videosArrive(1);
      await fillAnother(stage);
      await person.tap('1:confirm');
      await stage.videosArrive(2);
    } finally {
      kie.configure({ pausedModels: [] });
      stopListening();
    }
    await expectJobs(stage, [{ status: 'completed' }, { status: 'completed' }]);
    const { model } = await stage.taskMade(2);
    stage.expect(model === SANDBOX_MODEL_FALLBACKS[0], 'the next model made them', model);
    const tries = asked.filter((one) => one === DEFAULT_MODEL).length;
    stage.expect(tries === 1, 'KIE is asked once for the paused model', String(tries));
    await stage.expectTally({
      balance: 0,
      tasks: 2,
      paid: 2,
      sends: 2,
      videos: [stage.text('result.caption'), stage.text('result.caption')],
      notices: [],
    });
    await stage.until('the operator is told once', () => told() === 1);
  },
};

/** How many new messages to the operator hold the first line of this alert; operator and person read the same language. */
async function watchAlerts(
  stage: Stage,
  key: 'notice.prompts_refused' | 'notice.model_set_aside',
  params: TranslationParams,
): Promise<() => number> {
  const operator = await callOperator(stage);
  const beginning = stage.text(key, params).split('\n')[0] ?? '';
  const count = () => operator.chat().filter(({ text }) => text.includes(beginning)).length;
  const known = count();
  return () => count() - known;
}

async function promptsOf(stage: Stage): Promise<{ source: string; prompt: string }[]> {
  return stage.dataSource.query(
    `select j.prompt_source as source, j.prompt from jobs j join users u on u.id = j.user_id where u.tg_user_id = $1`,
    [stage.person.id],
  );
}

/** What OpenAI and KIE refuse, and how a video comes of it nevertheless, or not. */
export const refusals: readonly Story[] = [
  moderation,
  openAiQuota,
  rateLimit,
  temporary,
  temporaryExhausted,
  modelPaused,
];
