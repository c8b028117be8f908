import { setTimeout as pause } from 'node:timers/promises';
import { billsSeen, choosePlan, openPlans, orderBill, pay, seesBill, type Bill } from '../shopping.js';
import { completedText } from '../shop-words.js';
import type { Stage } from '../stage.js';
import { billCloses } from './checks.js';
import type { Story } from './story.js';

const SIGNUP = 'signup +2 = 2';
/** Calls and the leases that guard them are not faster here; a kill leaves them to run out. */
const SHORT_LEASES = { SESSION_LEASE_MS: '3000', TELEGRAM_TIMEOUT_MS: '2000' };
const BETWEEN_TAPS_MS = 500;

const restart: Story = {
  name: 'payment-restart',
  title:
    'The application is killed while it asks for the bill, before it hears of the payment, and while it reads it back',
  cast: { firstName: 'Игнат', languageCode: 'ru' },
  alone: true,
  undisturbed: true,
  async play(stage) {
    await stage.sandbox.restart({ env: SHORT_LEASES });
    await stage.begin();
    const purse = { balance: 7, history: [SIGNUP, 'purchase +5 = 7'], stars: [] };
    const told = [completedText(stage, { credits: 5, balance: 7 })];
    const bill = await killedWhileAsking(stage);
    stage.sandbox.app.kill();
    await stage.sandbox.app.ended;
    await pay(bill);
    await stage.sandbox.restart({ env: SHORT_LEASES });
    await stage.expectTally({ ...purse, bills: ['succeeded 199.00'], told });
    await billCloses(stage, bill, 'completed', 'starter');

    stage.person.say('/menu');
    const second = await orderBill(stage);
    await killedWhileReading(stage, second);
    await stage.expectTally({
      balance: 12,
      history: [...purse.history, 'purchase +5 = 12'],
      bills: ['succeeded 199.00', 'succeeded 199.00'],
      stars: [],
      told: [...told, completedText(stage, { credits: 5, balance: 12 })],
    });
    await billCloses(stage, second, 'completed', 'starter');
  },
};

/** YooKassa has made the bill, and nobody is there any more to take the answer: a person who taps again gets that very bill. */
async function killedWhileAsking(stage: Stage): Promise<Bill> {
  const { person, sandbox, world } = stage;
  await openPlans(stage);
  const { messageId } = await choosePlan(stage, 'starter');
  const killed = killAt(stage, 'after', (path) => path === '/v3/payments');
  const tap = () => world.telegram.tapData(person.id, messageId, '1:buy:yookassa:starter');
  tap();
  await killed;
  stage.expect(billsSeen(stage).length === 0, 'no bill is in the chat');
  await sandbox.restart({ env: SHORT_LEASES });
  await stage.until('there is a bill after all', async () => {
    tap();
    await pause(BETWEEN_TAPS_MS);
    return billsSeen(stage).length > 0;
  });
  // One that dies with the application comes again when the bill is paid, and asks for another.
  await stage.until('all taps are taken', () => world.telegram.pendingUpdates() === 0);
  return seesBill(stage);
}

/** The notification is answered, and the payment is about to be read back. */
async function killedWhileReading(stage: Stage, bill: Bill): Promise<void> {
  const killed = killAt(stage, 'before', (path) => path === `/v3/payments/${bill.providerId}`);
  await pay(bill);
  await killed;
  await stage.sandbox.restart();
}

/** Kills the application at its next call to YooKassa that is meant; that call gets no answer. */
async function killAt(
  { sandbox, world }: Stage,
  when: 'before' | 'after',
  isMeant: (path: string) => boolean,
): Promise<void> {
  const { app } = sandbox;
  let isDone = false;
  world.yooKassa.setGate((call, moment) => {
    if (isDone || moment !== when || !isMeant(call.path)) return false;
    isDone = true;
    app.kill();
    return true;
  });
  await app.ended;
  world.yooKassa.setGate(() => false);
}

/** What survives the application's death. */
export const paymentRestarts: readonly Story[] = [restart];
