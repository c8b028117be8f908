import type { System } from '../system/system.js';

/** Everything of some people that a forger may want to move. By name: `balance of 51…`, `history rows`. */
export type Till = Readonly<Record<string, number | string>>;

/** Counts it, as the database and the providers know it. */
export async function readTill({ db, world }: System, personIds: readonly number[]): Promise<Till> {
  const ids = [...personIds];
  const people = await db.query<{ id: string; credits: number }[]>(
    'select tg_user_id as id, credits from users where tg_user_id = any($1::bigint[]) order by id',
    [ids],
  );
  const rows = await db.query<{ what: string; state: string }[]>(
    `select 'payment ' || p.id as what, p.status as state from payments p join users u on u.id = p.user_id
      where u.tg_user_id = any($1::bigint[])
     union all select 'job ' || j.id, j.status || coalesce(' ' || j.failure_reason, '') from jobs j
       join users u on u.id = j.user_id where u.tg_user_id = any($1::bigint[])
     union all select 'history rows', count(*)::text from credits_history h
       join users u on u.id = h.user_id where u.tg_user_id = any($1::bigint[])
     union all select 'refunds', count(*)::text from payment_refunds r join payments p on p.id = r.payment_id
       join users u on u.id = p.user_id where u.tg_user_id = any($1::bigint[])`,
    [ids],
  );
  const [tasks] = await db.query<{ ids: string[] }[]>(
    `select array(select t.id::text from kie_tasks t join jobs j on j.id = t.job_id join users u on u.id = j.user_id
                   where u.tg_user_id = any($1::bigint[])) as ids`,
    [ids],
  );
  const isTheirs = (url: string | null) => tasks?.ids.includes(url?.split('/').at(-1) ?? '') ?? false;
  const sends = world.telegram.calls('sendVideo').filter(({ args }) => ids.includes(Number(args['chat_id'])));
  return {
    ...Object.fromEntries(people.map(({ id, credits }) => [`balance of ${id}`, credits])),
    'sum of balances': people.reduce((sum, { credits }) => sum + credits, 0),
    ...Object.fromEntries(rows.map(({ what, state }) => [what, state])),
    'videos sent': sends.length,
    'paid tasks': world.kie.paidTasks(({ callBackUrl }) => isTheirs(callBackUrl)).length,
    'charges in Stars': world.telegram.starCharges().filter(({ personId }) => ids.includes(personId)).length,
  };
}

/** What was moved, a sentence each. */
export function findMoved(before: Till, after: Till): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name) =>
    before[name] === after[name]
      ? []
      : [`${name}: ${after[name] ?? 'nothing'} instead of ${before[name] ?? 'nothing'}`],
  );
}
