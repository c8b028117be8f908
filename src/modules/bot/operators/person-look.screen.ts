import type { PersonLook } from '../../admin/index.js';
import type { CreditsHistory } from '../../credits/index.js';
import type { Payment } from '../../payments/index.js';
import {
  encodeCallback,
  translate,
  translatePlain,
  type Button,
  type OutgoingMessage,
} from '../../telegram/index.js';
import type { User } from '../../users/index.js';
import { menuButton } from '../screens/buttons.js';
import { momentOf, moneyOf, nameOf, operatorButton, type OperatorVoice } from './operator-names.js';

/** A person with what they ordered and paid, and what can be done for them. */
export function personScreen(voice: OperatorVoice, look: PersonLook): OutgoingMessage {
  const { language } = voice;
  const { id } = look.user;
  const jobs = look.jobs.map((job): Button[] => {
    const status = job.failureReason ?? job.status;
    const text = translatePlain(language, 'operator.button.job', {
      date: momentOf(voice, job.createdAt),
      status,
    });
    return [{ text, callback: encodeCallback('op_job', job.id) }];
  });
  const ban = look.user.bannedAt ? 'unban' : 'ban';
  return {
    text: [aboutPerson(voice, look), paymentsText(voice, look.payments)].join('\n\n'),
    keyboard: [
      ...jobs,
      [
        operatorButton(language, 'grant', 'op_ask', 'grant', id),
        operatorButton(language, ban, 'op_ask', ban, id),
      ],
      [operatorButton(language, 'statement', 'op_statement', id)],
      [menuButton(language)],
    ],
  };
}

function aboutPerson(voice: OperatorVoice, { user, ...look }: PersonLook): string {
  const { language } = voice;
  const { orders, completed, failed, inFlight, owed } = look;
  const { blockedAt, bannedAt } = user;
  return [
    translate(language, 'operator.person.title', { who: nameOf(user) }),
    translate(language, 'operator.person.id', { id: user.id }),
    translate(language, 'operator.person.came', {
      ...{ date: momentOf(voice, user.createdAt), language: user.language },
    }),
    translate(language, 'operator.person.balance', { balance: user.credits }),
    ...(owed > 0 ? [translate(language, 'operator.person.owed', { owed })] : []),
    ...(blockedAt
      ? [translate(language, 'operator.person.blocked', { date: momentOf(voice, blockedAt) })]
      : []),
    ...(bannedAt ? [translate(language, 'operator.person.banned', { date: momentOf(voice, bannedAt) })] : []),
    translate(language, 'operator.person.videos', { orders, completed, failed, inFlight }),
  ].join('\n');
}

function paymentsText(voice: OperatorVoice, payments: readonly Payment[]): string {
  const { language } = voice;
  if (payments.length === 0) return translate(language, 'operator.person.no_payments');
  const lines = payments.map((payment) => {
    const params = {
      date: momentOf(voice, payment.createdAt),
      price: moneyOf(language, payment),
      status: translatePlain(language, `operator.payment_status.${payment.status}`),
      id: payment.id,
    };
    if (payment.refundedKopecks === 0) return translate(language, 'operator.person.payment', params);
    const refunded = moneyOf(language, payment, payment.refundedKopecks);
    return translate(language, 'operator.person.payment_refunded', { ...params, refunded });
  });
  return [translate(language, 'operator.person.payments'), ...lines].join('\n');
}

/** Several people who were called so. */
export function namesakesScreen({ language }: OperatorVoice, people: readonly User[]): OutgoingMessage {
  const rows = people.map((user): Button[] => [
    {
      text: translatePlain(language, 'operator.button.namesake', { who: user.tgUserId }),
      callback: encodeCallback('op_user', user.id),
    },
  ]);
  return {
    text: translate(language, 'operator.person.namesakes'),
    keyboard: [...rows, [menuButton(language)]],
  };
}

/** The last movements of a person's credits. */
export function movementsScreen(
  voice: OperatorVoice,
  user: User,
  rows: readonly CreditsHistory[],
): OutgoingMessage {
  const { language } = voice;
  const lines = rows.map((row) =>
    translate(language, 'statement.line', {
      date: momentOf(voice, row.createdAt),
      amount: row.amount > 0 ? `+${row.amount}` : `−${Math.abs(row.amount)}`,
      reason: translatePlain(language, `statement.reason.${row.operationType}`),
      balance: row.balanceAfter,
    }),
  );
  const title = translate(language, 'operator.statement.title', { who: nameOf(user) });
  const text = lines.length > 0 ? lines.join('\n') : translate(language, 'operator.statement.empty');
  return {
    text: [title, text].join('\n\n'),
    keyboard: [[operatorButton(language, 'person', 'op_user', user.id)], [menuButton(language)]],
  };
}
