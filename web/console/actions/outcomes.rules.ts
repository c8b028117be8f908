import type { ActionAnswer } from '../../../src/modules/console/protocol.js';
import { money } from '../../ui/words/formatting.rules.js';

/** Why an action changed nothing, by its outcome. */
export const REFUSAL_WORDS: Readonly<Record<string, string>> = {
  not_found: 'There is no such thing any more.',
  unchanged: 'It was so already.',
  over: 'It is over already.',
  under_way: 'It is still under way: wait until it is over.',
  cannot_go_on: 'This broadcast cannot go on: begin a new one.',
  no_video: 'There is no video that could be sent: KIE keeps them for 14 days.',
  photo_gone: 'The photo is not kept any more, so that no video can be made of it.',
  key_reused: 'This form was used for something else: close it and begin anew.',
  payment_not_found: 'There is no such payment.',
  cause_of_another_payment: 'This form was used for another payment: close it and begin anew.',
  cause_with_another_amount: 'This form was used with another amount: close it and begin anew.',
  not_completed: 'It was never paid.',
  nothing_left: 'Everything was given back, or is on its way back.',
  not_positive: 'The amount is not possible.',
  exceeds_payment: 'That is more than what is left of the payment.',
  stars_of_an_erased_person:
    'Their Telegram id is not kept any more: these Stars can only be given back by Telegram.',
  only_whole_without_email:
    'This person was erased, and the receipt of a part needs an address: only the whole can be given back here.',
  not_parked: 'It is none of those that were paid otherwise than sold.',
  unreadable:
    'YooKassa gave no answer, or does not know this payment: try again, and look at the shop’s settings.',
  stars_only_whole: 'Stars can only be given back whole.',
};

/**
 * Whether a status of HTTP says that a wish was refused before anything was done, so that its form can be mended. After a try whose answer
 * was lost, only what is wrong with the wish itself says so of all tries.
 */
export function isRefused(status: number, isRetry: boolean): boolean {
  return isRetry ? status === 400 : status >= 400 && status < 500;
}

/** In sentences, for whoever asked. */
export function explainOutcome({ outcome, details }: ActionAnswer): string {
  const { left } = details;
  const rest = outcome === 'exceeds_payment' && typeof left === 'number' ? ` ${money(left, 'RUB')} are.` : '';
  return `Nothing was changed. ${REFUSAL_WORDS[outcome] ?? `${outcome.replaceAll('_', ' ')}.`}${rest}`;
}
