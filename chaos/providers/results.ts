import type { KieTaskView } from '../../sandbox/kie/index.js';
import type { FailureReason } from '../../src/modules/jobs/index.js';
import type { System } from '../system/system.js';
import type { PromptSource, Result } from './fault-class.js';
import { beginningOf, type Visit } from './visit.js';

/** What is known of a visit when all is over. */
export interface Found {
  name: string;
  personId: number;
  must: Result;
  lost: string | null;
  /** Whether the fault was met as often as it was planned. */
  isMet: boolean;
  /** What came of it; null: nothing that has a name. */
  result: Result | null;
  /** What is odd besides, in words. */
  odd: readonly string[];
}

interface JobRow {
  tg_user_id: string;
  status: string;
  failure_reason: FailureReason | null;
  is_parked: boolean;
  is_presented: boolean;
  prompt_source: PromptSource | null;
  task_rows: string[];
}

interface PaymentRow {
  tg_user_id: string;
  status: string;
  refunds: string[];
}

interface Seen {
  jobs: JobRow[];
  payments: PaymentRow[];
  tasks: KieTaskView[];
}

/** Reads what came of many visits at once. */
export async function readResults({ db, world }: System, visits: readonly Visit[]): Promise<Found[]> {
  const ids = visits.map(({ stage }) => stage.person.id);
  const jobs = await db.query<JobRow[]>(
    `select u.tg_user_id, j.status, j.failure_reason, j.parked_at is not null as is_parked,
            j.presented_at is not null as is_presented, j.prompt_source,
            array(select t.id::text from kie_tasks t where t.job_id = j.id) as task_rows
       from jobs j join users u on u.id = j.user_id where u.tg_user_id = any($1)`,
    [ids],
  );
  const payments = await db.query<PaymentRow[]>(
    `select u.tg_user_id, p.status, array(select r.status from payment_refunds r where r.payment_id = p.id) as refunds
       from payments p join users u on u.id = p.user_id where u.tg_user_id = any($1)`,
    [ids],
  );
  const tasksByRow = groupBy(world.kie.tasks(), ({ callBackUrl }) => callBackUrl?.split('/').at(-1) ?? '');
  const jobsOf = groupBy(jobs, ({ tg_user_id: id }) => id);
  const paymentsOf = groupBy(payments, ({ tg_user_id: id }) => id);
  return visits.map((visit) => {
    const id = String(visit.stage.person.id);
    const own = jobsOf.get(id) ?? [];
    const tasks = own.flatMap(({ task_rows: rows }) => rows.flatMap((row) => tasksByRow.get(row) ?? []));
    return found(visit, { jobs: own, payments: paymentsOf.get(id) ?? [], tasks });
  });
}

function found(visit: Visit, seen: Seen): Found {
  const { fault, stage, lost } = visit;
  const result = resultOf(visit, seen);
  return {
    ...{ name: fault.name, personId: stage.person.id, must: fault.must, lost, result },
    isMet: visit.isMet,
    odd: result ? oddities(visit, seen, result) : [],
  };
}

function resultOf(visit: Visit, { jobs, payments, tasks }: Seen): Result | null {
  const { fault, stage, lost } = visit;
  const [job, payment] = [jobs[0], payments[0]];
  if (jobs.length > 1 || payments.length > 1) return null;
  const { must } = fault;
  if (job) return resultOfJob(visit, job, tasks);
  if (payment) return resultOfPayment(visit, payment);
  if (must.kind === 'turned_away') return isTold(visit, must.text) ? must : null;
  return fault.visit === 'talk' && lost === null && stage.person.id > 0 ? { kind: 'goes_on' } : null;
}

function resultOfJob({ fault, stage }: Visit, job: JobRow, all: readonly KieTaskView[]): Result | null {
  const tasks = all.length;
  const paid = countPaid(all);
  const videos = stage.person.videos().length;
  const { status, failure_reason: reason } = job;
  if (status === 'failed' && reason) {
    if (job.is_presented) return { kind: 'present', reason, tasks };
    return { kind: 'refunded', reason, tasks, paid };
  }
  if (status !== 'completed') return null;
  if (videos === 0) return job.is_parked ? { kind: 'parked', tasks } : null;
  const prompt = 'prompt' in fault.must && job.prompt_source ? { prompt: job.prompt_source } : {};
  return { kind: 'video', tasks, videos, ...prompt };
}

function resultOfPayment(visit: Visit, { status, refunds }: PaymentRow): Result | null {
  const { fault } = visit;
  if (refunds.length > 0) {
    const isBack = refunds.every((one) => one === 'succeeded') && refunds.length === 1;
    return isBack ? { kind: 'money_back' } : { kind: 'no_money_back' };
  }
  if (status === 'completed') return { kind: 'paid' };
  const { must } = fault;
  return must.kind === 'not_paid' && isTold(visit, must.text) ? must : null;
}

/** KIE is paid once for a video, and a failure is told once, in its own words. */
function oddities({ stage }: Visit, { jobs, tasks }: Seen, result: Result): string[] {
  const fromBot = stage.person.chat().filter(({ from }) => from === 'bot');
  const odd: string[] = [];
  const paid = countPaid(tasks);
  if (isVideo(result) && paid !== 1) odd.push(`has one video, for which KIE was paid ${paid} times`);
  if (result.kind === 'refunded' || result.kind === 'present') {
    const words = beginningOf(stage, `notice.failed.${result.reason}`);
    const told = fromBot.filter(({ text }) => text.startsWith(words)).length;
    if (told !== 1) odd.push(`was told ${told} times why`);
  }
  const isPaidFor = jobs.some(({ status }) => status === 'completed');
  if (!isPaidFor && jobs.length > 0 && result.kind === 'refunded' && stage.person.videos().length > 0)
    odd.push('has a video although the credit went back');
  return odd;
}

function countPaid(tasks: readonly KieTaskView[]): number {
  return tasks.filter(({ paidCredits }) => paidCredits > 0).length;
}

function isVideo({ kind }: Result): boolean {
  return kind === 'video' || kind === 'present' || kind === 'parked';
}

function isTold({ stage }: Visit, key: Parameters<typeof beginningOf>[1]): boolean {
  const words = beginningOf(stage, key);
  return stage.person.chat().some(({ from, text }) => from === 'bot' && text.includes(words));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
