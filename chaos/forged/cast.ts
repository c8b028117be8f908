import { closedText } from '../../sandbox/demo/shop-words.js';
import {
  messageOf,
  orderBill,
  orderInvoice,
  pay,
  type Bill,
  type PlanId,
} from '../../sandbox/demo/shopping.js';
import { Stage } from '../../sandbox/demo/stage.js';
import type { KieTaskView } from '../../sandbox/kie/index.js';
import type { System } from '../system/system.js';

const OPEN_PLANS: readonly PlanId[] = ['pro', 'premium'];
const FORGERS = 3;
/** Longer than the experiment: the videos of those who are robbed are in the making all the while. */
const HANGING_TRUE_MS = 20 * 3_600_000;

/** Somebody whose credits are to be moved: with bills, an invoice and a video that wait. */
export interface Victim {
  stage: Stage;
  /** Not paid yet. */
  bills: readonly Bill[];
  /** Paid and credited. */
  paid: Bill;
  /** The message of an invoice in Stars that nobody has paid, and our id of the payment. */
  invoice: { messageId: number; paymentId: string; stars: number };
  /** KIE's task of the video, and the order that it is of. */
  task: KieTaskView;
  jobId: string;
  orderId: string;
}

/** Who is robbed, who robs, and what the robbers have of their own. */
export interface Cast {
  victims: readonly Victim[];
  forgers: readonly Stage[];
  /** A task of a forger's own video, which is there. */
  finishedTask: KieTaskView;
}

/** Brings them in, one after the other as to the videos, all at once as to the bills. */
export async function bringIn(system: System, victims: number): Promise<Cast> {
  const forgers = Array.from({ length: FORGERS }, () => newStage(system, 'Мор'));
  const [forger] = forgers;
  if (!forger) throw new RangeError('Nobody forges');
  const [, ...robbed] = await Promise.all([
    Promise.all(forgers.map((stage) => stage.begin())),
    ...Array.from({ length: victims }, () => bringVictim(system)),
  ]);
  await forger.order({ description: 'Серьги-кольца, серебро 925, 20 мм' });
  const task = await forger.taskMade();
  await forger.jobsOver(1);
  return { victims: robbed, forgers, finishedTask: task };
}

function newStage(system: System, firstName: string): Stage {
  return new Stage(system.sandbox, system.db, { firstName, languageCode: 'ru' });
}

async function bringVictim(system: System): Promise<Victim> {
  const stage = newStage(system, 'Лев');
  const { kie } = system.world;
  kie.nextTask({
    durationTrueMs: HANGING_TRUE_MS,
    callback: 'never',
    when: { promptIncludes: stage.mark },
  });
  await stage.begin();
  await stage.order({ description: 'Термокружка 450 мл, держит тепло 6 часов' });
  const task = await stage.taskMade();
  stage.person.say('/menu');
  const bills: Bill[] = [];
  const paid = await orderBill(stage, 'starter');
  await pay(paid);
  await stage.until('the paid bill is credited', async () => (await stage.balance()) === 6);
  const closed = closedText(stage, 'completed', 'starter');
  await stage.until('the paid bill is closed', () => messageOf(stage, paid).text === closed);
  stage.person.say('/menu');
  await stage.person.seesButton('1:create');
  for (const plan of OPEN_PLANS) bills.push(await orderBill(stage, plan));
  const { messageId, invoice } = await orderInvoice(stage);
  const [row] = await system.db.query<{ job: string; order: string; payment: string }[]>(
    `select j.id as job, j.order_id as order, p.id as payment from users u join jobs j on j.user_id = u.id
       join payments p on p.user_id = u.id and p.provider = 'telegram_stars' where u.tg_user_id = $1`,
    [stage.person.id],
  );
  const { job: jobId = '', order: orderId = '', payment: paymentId = '' } = row ?? {};
  const stars = invoice?.amountStars ?? 0;
  return { stage, bills, paid, invoice: { messageId, paymentId, stars }, task, jobId, orderId };
}

/** What a victim has in the end, when everything honest was done: the welcome, four purchases, less one video. */
export const CREDITS_IN_THE_END = 2 + 5 + 20 + 50 + 5 - 1;

/** What the forgers have waited for in vain is done by those who may: bills and invoices are paid, the videos are there. */
export async function endHonestly({ victims }: Cast, { world }: System): Promise<void> {
  for (const { stage, bills, invoice, task } of victims) {
    for (const { providerId } of bills) world.yooKassa.pay(providerId);
    await world.telegram.payInvoice(stage.person.id, invoice.messageId).outcome();
    world.kie.finishTask(task.id, 'success');
  }
}
