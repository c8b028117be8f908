import type { Concern, KieKeyView, ModelView, Supply, WaitingStep } from './protocol.js';

/** A step is rung for again 30 s after its time; what waits longer than that waits for a worker. */
export const OVERDUE_MAX_S = 120;
/** Reconciled and audited daily: a report is missing after a day and some. */
const DAILY_AGE_MAX_S = 26 * 3_600;

/** The daily comparison of payments with one provider. */
export interface LastReconciliation {
  provider: string;
  /** The newest report that came to its end; null where none ever did. What runs after it takes nothing back of what it found. */
  finished: { at: string; ageS: number; differencesTotal: number } | null;
  /** Of an attempt after that one. */
  lastError: string | null;
}

/** The newest nightly audit that came to its end. */
export interface LastAudit {
  finishedAt: string;
  ageS: number;
  drift: number;
}

/** What is looked at to say whether all is well. */
export interface ConcernFacts {
  supply: Supply;
  waiting: readonly WaitingStep[];
  jobsPastDeadline: number;
  /** In the last 24 hours. */
  noticesDropped: number;
  /** Wanting to be sent, and late. */
  noticesLate: number;
  paymentsParked: number;
  refundsFailed: number;
  /** Waiting for the provider's word for longer than a day. */
  refundsLate: number;
  /** One of each provider that payments are taken by. */
  reconciliations: readonly LastReconciliation[];
  /** Null where none was ever finished. */
  audit: LastAudit | null;
  /** Age of the oldest user; null where there is none. What is done daily is missing once there was a day to do it. */
  oldestUserAgeS: number | null;
  creditsOwed: number;
}

/** Everything that an operator should know, what must be acted on first. */
export function findConcerns(facts: ConcernFacts): Concern[] {
  const all = [...ofSupply(facts.supply), ...ofJobs(facts), ...ofMoney(facts), ...ofNotices(facts)];
  return [
    ...all.filter(({ severity }) => severity === 'act'),
    ...all.filter(({ severity }) => severity === 'watch'),
  ];
}

function ofSupply(supply: Supply): Concern[] {
  return [...ofSwitches(supply), ...supply.keys.flatMap((key) => ofKey(key, supply)), ...ofModels(supply)];
}

function ofSwitches({ switches }: Supply): Concern[] {
  const titles = {
    maintenance: 'The bot is closed for maintenance',
    orders_stopped: 'New orders are stopped',
  };
  return switches.flatMap(({ name, onSince }): Concern[] =>
    onSince
      ? [
          {
            severity: 'watch',
            title: titles[name],
            detail: 'An operator switched it on.',
            since: onSince,
            link: '#/switches',
          },
        ]
      : [],
  );
}

function ofKey(key: KieKeyView, { keys, minCredits }: Supply): Concern[] {
  const { fingerprint, parked, credits, lowSince, failedSince, offSince } = key;
  const isAnyLeft = keys.some((one) => one.parked === null && one.offSince === null);
  const concerns: (Omit<Concern, 'link'> | false)[] = [
    parked !== null && {
      severity: 'act',
      title: isAnyLeft
        ? `Key ${fingerprint} of KIE is out of use`
        : `No key of KIE is left: no video can be made (${fingerprint})`,
      detail: parked.refusedWith,
      since: parked.since,
    },
    offSince !== null && {
      severity: isAnyLeft ? 'watch' : 'act',
      title: `Key ${fingerprint} of KIE is set aside${isAnyLeft ? '' : ', and none is left'}`,
      detail: 'By an operator.',
      since: offSince,
    },
    lowSince !== null && {
      severity: 'act',
      title: `The balance of key ${fingerprint} is low`,
      detail: `${credits ?? 'unknown'} of KIE's credits; below ${minCredits} it is time to top up.`,
      since: lowSince,
    },
    failedSince !== null && {
      severity: 'watch',
      title: `KIE does not tell the balance of key ${fingerprint}`,
      detail: 'What is known of it is from before.',
      since: failedSince,
    },
  ];
  return concerns.filter((one) => one !== false).map((one) => ({ ...one, link: '#/supply' }));
}

function ofModels({ models, breakers }: Supply): Concern[] {
  const configured = models.filter(({ fallbackOrder }) => fallbackOrder !== null);
  const isAside = ({ setAside, offSince }: ModelView) => setAside !== null || offSince !== null;
  const isAnyLeft = configured.some((model) => !isAside(model));
  const aside = configured.filter(isAside).map(({ title, setAside, offSince }) => ({
    severity: isAnyLeft ? ('watch' as const) : ('act' as const),
    title: isAnyLeft
      ? `${title} is set aside; others take its orders`
      : `${title} is set aside, and no model is left`,
    detail: setAside?.reason ?? 'By an operator.',
    since: setAside?.since ?? offSince,
    link: '#/supply',
  }));
  const others = breakers.map(({ name, reason, openedAt }) => ({
    severity: 'watch' as const,
    title: `${name} is left alone`,
    detail: reason,
    since: openedAt,
    link: '#/supply',
  }));
  return [...aside, ...others];
}

function ofJobs({ waiting, jobsPastDeadline }: ConcernFacts): Concern[] {
  const overdue = waiting.filter(({ overdueS }) => overdueS > OVERDUE_MAX_S);
  const concerns = overdue.map(({ step, overdueS }): Concern => ({
    severity: 'act',
    title: `Nobody does the step “${step}”`,
    detail: `A job has waited ${Math.round(overdueS)} s for its turn. Does a worker run?`,
    since: null,
    link: `#/jobs?only=waiting&step=${step}`,
  }));
  if (jobsPastDeadline > 0) {
    concerns.push({
      severity: 'act',
      title: `${countOf(jobsPastDeadline, 'job')} past the deadline`,
      detail: 'The scheduler should have failed and refunded these jobs. Does a scheduler run?',
      since: null,
      link: '#/jobs?only=overdue',
    });
  }
  return concerns;
}

function ofMoney(facts: ConcernFacts): Concern[] {
  const concerns = [
    ...ofAudit(facts),
    ...facts.reconciliations.flatMap((report) => ofReconciliation(report, facts)),
  ];
  const add = (count: number, concern: Omit<Concern, 'since'>) => {
    if (count > 0) concerns.push({ ...concern, since: null });
  };
  add(facts.paymentsParked, {
    severity: 'act',
    title: `${countOf(facts.paymentsParked, 'payment')} paid otherwise than sold`,
    detail: 'Nothing was granted for them: give the money back, or the credits, and settle each by hand.',
    link: '#/payments?only=parked',
  });
  add(facts.refundsFailed, {
    severity: 'act',
    title: `${countOf(facts.refundsFailed, 'refund')} failed in the last 7 days`,
    detail: 'The provider did not give the money back.',
    link: '#/payments?only=refund_failed',
  });
  add(facts.refundsLate, {
    severity: 'watch',
    title: `${countOf(facts.refundsLate, 'refund')} waiting for more than a day`,
    detail: 'The provider has not said what became of them.',
    link: '#/payments?only=refund_late',
  });
  add(facts.creditsOwed, {
    severity: 'watch',
    title: `${countOf(facts.creditsOwed, 'credit')} owed`,
    detail: 'Their money went back after they had been spent.',
    link: '#/payments?only=refunded',
  });
  return concerns;
}

type SystemAge = Pick<ConcernFacts, 'oldestUserAgeS'>;

/** Whether something that was never done should have been. */
function isOverdueSinceEver({ oldestUserAgeS }: SystemAge): boolean {
  return oldestUserAgeS !== null && oldestUserAgeS > DAILY_AGE_MAX_S;
}

function ofAudit({ audit, ...age }: Pick<ConcernFacts, 'audit'> & SystemAge): Concern[] {
  const link = '#/checks';
  const detail = 'The scheduler does it every night.';
  if (audit === null) {
    if (!isOverdueSinceEver(age)) return [];
    return [{ severity: 'watch', title: 'Nothing was ever audited', detail, since: null, link }];
  }
  const { drift, ageS, finishedAt } = audit;
  if (drift > 0) {
    const title = `The audit found ${countOf(drift, 'row')} that ${drift === 1 ? 'does' : 'do'} not add up`;
    return [{ severity: 'act', title, detail: 'Each is named under Checks.', since: finishedAt, link }];
  }
  if (ageS <= DAILY_AGE_MAX_S) return [];
  const title = `Nothing was audited for ${Math.round(ageS / 3_600)} h`;
  return [{ severity: 'watch', title, detail, since: finishedAt, link }];
}

function ofReconciliation({ provider, finished, lastError }: LastReconciliation, age: SystemAge): Concern[] {
  const concerns: Concern[] = [];
  const link = '#/checks';
  if (finished !== null && finished.differencesTotal > 0) {
    concerns.push({
      severity: 'act',
      title: `${countOf(finished.differencesTotal, 'difference')} between ${nameOf(provider)} and our payments`,
      detail: 'Found by the daily reconciliation.',
      since: finished.at,
      link,
    });
  }
  const isLate = finished === null ? isOverdueSinceEver(age) : finished.ageS > DAILY_AGE_MAX_S;
  if (isLate) {
    concerns.push({
      severity: 'watch',
      title: finished
        ? `${nameOf(provider)} was not reconciled for ${Math.round(finished.ageS / 3_600)} h`
        : `${nameOf(provider)} was never reconciled`,
      detail: lastError ?? 'The scheduler does it once a day.',
      since: finished?.at ?? null,
      link,
    });
  }
  return concerns;
}

function ofNotices({ noticesDropped, noticesLate }: ConcernFacts): Concern[] {
  const concerns: Concern[] = [];
  if (noticesDropped > 0) {
    concerns.push({
      severity: 'watch',
      title: `${countOf(noticesDropped, 'notice')} given up in the last 24 hours`,
      detail: 'Telegram did not take them: these people were not told something.',
      since: null,
      link: '#/checks',
    });
  }
  if (noticesLate > 0) {
    concerns.push({
      severity: 'act',
      title: `${countOf(noticesLate, 'notice')} late`,
      detail: 'They should have been sent more than 5 minutes ago. Does a worker run?',
      since: null,
      link: '#/checks',
    });
  }
  return concerns;
}

function nameOf(provider: string): string {
  return provider === 'yookassa' ? 'YooKassa' : 'Telegram Stars';
}

/** `1 job`, `2 jobs`. */
function countOf(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? '' : 's'}`;
}
