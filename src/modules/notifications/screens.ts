import { translate, type Button, type OutgoingMessage } from '../telegram/index.js';
import type { Language } from '../users/index.js';
import { againRows, menuButton, supportRow } from './buttons.js';
import type { NoticePayload } from './notice.types.js';
import { operatorNoticeScreen } from './operator-screens.js';
import { paymentNoticeScreen } from './payment-screens.js';

/** Which video of which order a message is about. */
export interface VideoOfOrder {
  jobId: string;
  position: number;
  count: number;
}

/** Why a finished video comes: as ordered, late and free of charge, because the person is back, or once more. */
export type ResultOccasion = 'ordered' | 'present' | 'parked' | 'again';

type FailureNotice = Extract<NoticePayload, { kind: 'job_failed' }>;

/** Failures after which a person may want to ask somebody. */
const LEADING_TO_SUPPORT: readonly FailureNotice['reason'][] = ['unknown', 'send_failed', 'by_operator'];

/**
 * What a person is told without a tap.
 *
 * @param supportUrl the support chat, where one is configured
 */
export function noticeScreen(
  language: Language,
  notice: NoticePayload,
  supportUrl?: string,
): OutgoingMessage {
  switch (notice.kind) {
    case 'job_failed':
      return failureScreen(language, notice, supportUrl);
    case 'credits_granted': {
      const granted = translate(language, 'notice.credits_granted', { count: notice.credits });
      const balance = translate(language, 'balance', { count: notice.balance });
      return { text: `${granted}\n\n${balance}`, keyboard: [[menuButton(language)]] };
    }
    case 'made_again':
      return { text: translate(language, 'notice.made_again'), keyboard: [[menuButton(language)]] };
    case 'payment_completed':
    case 'payment_canceled':
    case 'payment_failed':
    case 'payment_link':
    case 'payment_refunded':
    case 'surplus_refunded':
      return paymentNoticeScreen(language, notice, supportUrl);
    default:
      return operatorNoticeScreen(language, notice);
  }
}

/** What happened, what to do, and what came back. */
function failureScreen(
  language: Language,
  notice: FailureNotice,
  supportUrl: string | undefined,
): OutgoingMessage {
  const about = { number: notice.position, total: notice.count };
  const support = LEADING_TO_SUPPORT.includes(notice.reason) ? supportUrl : undefined;
  const refunded = translate(language, 'notice.refunded', { count: notice.credits });
  const parts = [
    notice.count > 1 ? translate(language, 'notice.video_number', about) : null,
    translate(language, `notice.failed.${notice.reason}`),
    support ? translate(language, 'notice.support') : null,
    `${refunded} ${translate(language, 'balance', { count: notice.balance })}`,
  ];
  const [another = []] = againRows(language, notice.jobId);
  return {
    text: parts.filter((part) => part !== null).join('\n\n'),
    keyboard: [another, ...supportRow(language, support), [menuButton(language)]],
  };
}

/** The caption and the buttons of a finished video. */
export function resultScreen(
  language: Language,
  video: VideoOfOrder,
  occasion: ResultOccasion,
): OutgoingMessage {
  return { text: captionOf(language, video, occasion), keyboard: afterVideoKeyboard(language, video.jobId) };
}

function captionOf(language: Language, video: VideoOfOrder, occasion: ResultOccasion): string {
  if (occasion !== 'ordered') return translate(language, `result.${occasion}`);
  return video.count > 1
    ? translate(language, 'result.caption_numbered', { number: video.position, total: video.count })
    : translate(language, 'result.caption');
}

/** Under a finished video, whenever it is sent. */
function afterVideoKeyboard(language: Language, jobId: string): Button[][] {
  return [...againRows(language, jobId), [menuButton(language)]];
}
