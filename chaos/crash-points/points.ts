import { POINTS, PURCHASE_CALLS, PURCHASE_COMMITS } from '../../sandbox/kill/points.js';

/** The process that passes a point, and dies there. */
export type Role = 'bot' | 'worker' | 'scheduler';

/** What somebody comes for; each point is passed by those who come for one of them. */
export const ERRANDS = ['order', 'refused', 'bill', 'stars', 'cabinet', 'hang'] as const;
export type Errand = (typeof ERRANDS)[number];

/** A commit, a call to a provider, or a call of one, at which a process can be killed. */
export interface CrashPoint {
  /** `before:` or `after:`, then the call or, behind `commit:`, the commit. */
  name: string;
  role: Role;
  errand: Errand;
}

/** Everything else of an order is the worker's. */
const BOTS: ReadonlySet<string> = new Set([
  ...['telegram.answerCallbackQuery', 'telegram.editMessageText.started', 'telegram.sendInvoice'],
  ...['telegram.answerPreCheckoutQuery', 'yookassa.createPayment', 'kie.callback'],
  ...['commit:session.lock', 'commit:session.save', 'commit:order.charge', 'commit:callback.keep'],
  ...['commit:payment.open', 'commit:payment.ask', 'commit:payment.link', 'commit:payment.message'],
  ...['commit:notification.keep'],
]);

const ERRANDS_OF_PURCHASES: Readonly<Record<string, Errand>> = {
  'telegram.sendInvoice': 'stars',
  'telegram.answerPreCheckoutQuery': 'stars',
  'telegram.refundStarPayment': 'stars',
  'yookassa.readRefund': 'cabinet',
  'commit:refund.found': 'cabinet',
};

/** Nobody kills in the middle of these by holding them: they wait until somebody else is in the chat. */
const LEFT_OUT: ReadonlySet<string> = new Set(['commit:notice.postpone']);

/** What comes to the bot from outside. */
const INCOMING: Readonly<Record<string, Errand>> = {
  'telegram.update': 'order',
  'yookassa.notification': 'bill',
};

/** What the scheduler commits for a job. */
const SCHEDULED: Readonly<Record<string, Errand>> = {
  'commit:wake_ups.renumber': 'order',
  'commit:job.fail': 'hang',
};

/** Every point of every role, the calls and commits of an order first. */
export const CRASH_POINTS: readonly CrashPoint[] = [
  ...POINTS.map(({ name, course }) => ({ name, errand: course === 'refused' ? 'refused' : 'order' }) as const)
    .filter(({ name }) => !LEFT_OUT.has(thingOf(name)))
    .map((point) => ({ ...point, role: roleOf(thingOf(point.name)) })),
  ...both([
    ...Object.keys(PURCHASE_CALLS),
    ...Object.keys(PURCHASE_COMMITS).map((name) => `commit:${name}`),
  ]).map((name) => ({
    ...{ name, role: roleOf(thingOf(name)) },
    errand: ERRANDS_OF_PURCHASES[thingOf(name)] ?? ('bill' as const),
  })),
  ...both(Object.keys(INCOMING)).map((name) => ({
    ...{ name, role: 'bot' as const },
    errand: INCOMING[thingOf(name)] ?? ('order' as const),
  })),
  ...both(Object.keys(SCHEDULED)).map((name) => ({
    ...{ name, role: 'scheduler' as const },
    errand: SCHEDULED[thingOf(name)] ?? ('order' as const),
  })),
];

/** A point in words; the same commit may be made by two roles. */
export function labelOf({ name, role }: CrashPoint): string {
  return role === 'scheduler' ? `${name} (scheduler)` : name;
}

function both(things: readonly string[]): string[] {
  return things.flatMap((thing) => [`before:${thing}`, `after:${thing}`]);
}

function thingOf(name: string): string {
  return name.replace(/^(before|after):/, '');
}

function roleOf(thing: string): Role {
  return BOTS.has(thing) ? 'bot' : 'worker';
}

/** Where a missing guard would be seen first: money, what is paid for, what people get. */
const TELLING: readonly string[] = [
  ...['after:commit:order.charge', 'before:commit:session.save', 'after:commit:job.start_task'],
  ...['after:kie.createTask', 'before:commit:job.generate', 'after:commit:callback.keep'],
  ...['before:telegram.sendVideo', 'after:telegram.sendVideo', 'before:commit:job.complete'],
  ...['before:commit:job.fail', 'after:commit:job.fail', 'after:telegram.sendMessage'],
  ...['after:yookassa.createPayment', 'after:commit:notification.keep', 'before:commit:payment.complete'],
  ...['after:commit:payment.complete', 'after:yookassa.createRefund', 'before:commit:refund.take_back'],
];

/** The telling points, and so many of the others, drawn. */
export function drawPoints(others: number, draw: () => number): readonly CrashPoint[] {
  const rest = CRASH_POINTS.filter(({ name }) => !TELLING.includes(name));
  const drawn = new Set<CrashPoint>();
  while (drawn.size < Math.min(others, rest.length)) {
    const point = rest[Math.floor(draw() * rest.length)];
    if (point) drawn.add(point);
  }
  return CRASH_POINTS.filter((point) => TELLING.includes(point.name) || drawn.has(point));
}
