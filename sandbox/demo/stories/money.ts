import { SANDBOX_KIE_CREDITS, SANDBOX_KIE_KEY, SANDBOX_KIE_SPARE_KEY } from '../../kie/index.js';
import { buttonOf, WAIT_MS } from '../person.js';
import { callOperator } from '../shopping.js';
import type { Stage } from '../stage.js';
import { expectJobs, fillAnother } from './checks.js';
import type { Story } from './story.js';

/** How often the person tries again. */
const BETWEEN_TAPS_TRUE_MS = 30_000;
const KEYS = [SANDBOX_KIE_KEY, SANDBOX_KIE_SPARE_KEY];

const billing: Story = {
  name: 'billing',
  title:
    'The keys run out of money one after the other: the next key, then the credit back, then no order is taken',
  cast: { firstName: 'Зоя', languageCode: 'ru' },
  alone: true,
  undisturbed: true,
  async play(stage) {
    const { kie } = stage.world;
    const operator = await callOperator(stage);
    await stage.begin();
    const videos = [stage.text('result.caption')];
    const notices = [stage.noticeText('billing', 1)];
    try {
      kie.setKey(SANDBOX_KIE_KEY, { credits: 0 });
      await nextKey(stage);
      await stage.expectTally({ balance: 1, tasks: 1, paid: 1, sends: 1, videos, notices: [] });
      kie.setKey(SANDBOX_KIE_SPARE_KEY, { credits: 0 });
      await noKey(stage);
      await stage.expectTally({ balance: 1, tasks: 1, paid: 1, sends: 1, videos, notices });
      await refusedBeforePayment(stage);
      await stage.expectTally({ balance: 1, tasks: 1, paid: 1, sends: 1, videos, notices });
    } finally {
      for (const key of KEYS) kie.setKey(key, { credits: SANDBOX_KIE_CREDITS });
    }
    await takenAgain(stage);
    await stage.expectTally({
      balance: 0,
      tasks: 2,
      paid: 2,
      sends: 2,
      videos: [...videos, ...videos],
      notices,
    });
    const told = operator.chat().filter(({ text }) => text.includes(outage(stage)));
    stage.expect(told.length === 1, 'the operator was told once', String(told.length));
  },
};

/** The first key is out of money: the second one pays, and the person notices nothing. */
async function nextKey(stage: Stage): Promise<void> {
  await stage.order({ description: 'Детский ночник «Луна», три яркости, от USB' });
  await stage.videosArrive(1);
  await expectJobs(stage, [{ status: 'completed' }]);
  const { key } = await stage.taskMade();
  stage.expect(key === SANDBOX_KIE_SPARE_KEY, 'the second key paid', key);
}

/** No key has money: the job fails, its credit comes back. */
async function noKey(stage: Stage): Promise<void> {
  await fillAnother(stage);
  await stage.person.tap('1:confirm');
  await expectJobs(stage, [{ status: 'completed' }, { status: 'failed', failure_reason: 'billing' }]);
}

/** A further order is not even taken: nothing charged, the draft stays. */
async function refusedBeforePayment(stage: Stage): Promise<void> {
  await fillAnother(stage);
  await stage.person.tap('1:confirm');
  await stage.seesText('order.not_accepting');
  stage.expect((await stage.jobs()).length === 2, 'no third job was made');
}

/** There is money again, and we look every five minutes: the same draft, the same button. */
async function takenAgain(stage: Stage): Promise<void> {
  const { person, world } = stage;
  const message = await person.seesButton('1:confirm');
  const button = buttonOf(message, '1:confirm') ?? '';
  await stage.until('orders are taken again', async () => {
    await new Promise((resolve) => setTimeout(resolve, world.clock.realMs(BETWEEN_TAPS_TRUE_MS)));
    await world.telegram.tapData(person.id, message.messageId, button).answer(WAIT_MS);
    return (await stage.jobs()).length === 3;
  });
  await stage.videosArrive(2);
  await stage.jobsOver(3);
}

/** How every notice of an outage begins. */
function outage(stage: Stage): string {
  return stage.text('notice.kie_keys_spent', { text: '' }).split('\n')[0] ?? '';
}

/** What happens when KIE's account is empty. */
export const money: readonly Story[] = [billing];
