import { buttonOf, type Order, WAIT_MS } from '../person.js';
import { messageOf, type Bill, type PlanId } from '../shopping.js';
import { closedText } from '../shop-words.js';
import type { Stage } from '../stage.js';
import type { JobSummary } from '../traces.js';

/** Waits until the person's jobs are as many and over, and compares each with what is expected of it. */
export async function expectJobs(
  stage: Stage,
  expected: Partial<Omit<JobSummary, 'id'>>[],
): Promise<JobSummary[]> {
  const jobs = await stage.jobsOver(expected.length);
  for (const [index, wanted] of expected.entries()) {
    for (const [name, value] of Object.entries(wanted)) {
      const found = jobs[index]?.[name as keyof JobSummary];
      stage.expect(found === value, `job ${index + 1}: ${name} is ${value}`, String(found));
    }
  }
  return jobs;
}

/** "Make another" below the newest result or notice, and on to the confirm screen. */
export async function fillAnother(stage: Stage, order: Order = {}): Promise<void> {
  const { person, world } = stage;
  const message = await person.seesButton('1:another');
  const another = buttonOf(message, '1:another') ?? '';
  await world.telegram.tapData(person.id, message.messageId, another).answer(WAIT_MS);
  await person.chooseRest(order);
}

/** One column of the person's only job. */
export async function columnOfJob(stage: Stage, column: string): Promise<unknown> {
  const [row] = await stage.dataSource.query<Record<string, unknown>[]>(
    `select j.${column} as value from jobs j join users u on u.id = j.user_id where u.tg_user_id = $1`,
    [stage.person.id],
  );
  return row?.['value'];
}

/** The bill turns into its outcome: nothing to pay any more. */
export async function billCloses(
  stage: Stage,
  bill: Bill,
  outcome: 'completed' | 'canceled',
  plan: PlanId,
): Promise<void> {
  const text = closedText(stage, outcome, plan);
  await stage.until(`the bill says "${text}"`, () => messageOf(stage, bill).text === text);
}

/** An operator wants a payment given back, whole or in part. */
export async function requestRefund(
  { dataSource }: Stage,
  { paymentId, amount = null, cause }: { paymentId: string; amount?: number | null; cause: string },
): Promise<Record<string, unknown>> {
  const [row] = await dataSource.query<{ answer: Record<string, unknown> }[]>(
    'select request_refund($1, $2, $3, $4) as answer',
    [paymentId, amount, 'the person asked', `${cause}-${paymentId}`],
  );
  return row?.answer ?? {};
}
