import { ALWAYS, planned, type RehearsalPlan } from './trouble.js';

/** What YooKassa can do next. */
export const YOOKASSA_REHEARSALS: readonly RehearsalPlan[] = [
  {
    id: 'yookassa-create-lost',
    provider: 'yookassa',
    title: 'The next bill is made, but YooKassa’s answer is lost',
    expected: 'The same bill is asked for again by its key: one payment, and the link follows.',
    lasts: 'once',
    begin: ({ yooKassa }) =>
      planned(yooKassa.plans, { kind: 'reset_after_effect' as const }, (fault) =>
        yooKassa.failNext('createPayment', fault),
      ),
  },
  {
    id: 'yookassa-declines',
    provider: 'yookassa',
    title: 'The next payment is declined: no money on the card',
    expected: 'The person is told the reason and can try again; no credit moves.',
    lasts: 'once',
    begin: ({ yooKassa }) =>
      planned(yooKassa.plans, { declineAtOnce: 'insufficient_funds' }, (script) =>
        yooKassa.nextPayment(script),
      ),
  },
  {
    id: 'yookassa-news-lost',
    provider: 'yookassa',
    title: 'The next notification is lost',
    expected: 'The payment is found by looking: the credits come a little later.',
    lasts: 'once',
    begin: ({ yooKassa }) =>
      planned(yooKassa.plans, { drop: true }, (script) => yooKassa.nextNotification(script)),
  },
  {
    id: 'yookassa-news-many',
    provider: 'yookassa',
    title: 'The next notification comes ten times, five at once',
    expected: 'The credits are added once.',
    lasts: 'once',
    begin: ({ yooKassa }) =>
      planned(yooKassa.plans, { copies: 10, parallel: 5 }, (script) => yooKassa.nextNotification(script)),
  },
  {
    id: 'yookassa-down',
    provider: 'yookassa',
    title: 'YooKassa answers every new bill with 500',
    expected: 'The person is told that the link will follow, and gets it as soon as YooKassa answers.',
    lasts: 'until_off',
    begin: ({ yooKassa }) =>
      planned(yooKassa.plans, { kind: 'http' as const, status: 500, ...ALWAYS }, (fault) =>
        yooKassa.failNext('createPayment', fault),
      ),
  },
];
