import type { JobLook } from '../../admin/index.js';
import { shorten, translate, type Button, type OutgoingMessage } from '../../telegram/index.js';
import { menuButton } from '../screens/buttons.js';
import { momentOf, nameOf, operatorButton, type OperatorVoice } from './operator-names.js';

/** How much is shown of what people and KIE have written, in characters. */
const PRODUCT_LENGTH_MAX = 200;
const ANSWER_LENGTH_MAX = 200;

/** A video: facts, timeline, what KIE said, and what can be done for it. */
export function jobScreen(voice: OperatorVoice, look: JobLook): OutgoingMessage {
  const { language } = voice;
  const { job, user } = look;
  const isOver = job.finishedAt !== null;
  const actions: Button[][] = isOver
    ? [
        [
          operatorButton(language, 'job_send', 'op_ask', 'job_send', job.id),
          operatorButton(language, 'job_make', 'op_ask', 'job_make', job.id),
        ],
      ]
    : [[operatorButton(language, 'job_fail', 'op_ask', 'job_fail', job.id)]];
  return {
    text: [factsText(voice, look), timelineText(voice, look), answersText(voice, look)]
      .filter((part) => part !== '')
      .join('\n\n'),
    keyboard: [
      // Nobody is left to get anything.
      ...(user ? actions : []),
      ...(user ? [[operatorButton(language, 'person', 'op_user', user.id)]] : []),
      [menuButton(language)],
    ],
  };
}

function factsText(voice: OperatorVoice, { job, user }: JobLook): string {
  const { language } = voice;
  const { status, step, credits, failureReason: reason, finishedAt } = job;
  const product = shorten(job.promptInput.replace(/\s+/g, ' '), PRODUCT_LENGTH_MAX);
  return [
    translate(language, 'operator.job.title', { id: job.id }),
    user
      ? translate(language, 'operator.job.who', { who: nameOf(user) })
      : translate(language, 'operator.job.erased'),
    translate(language, 'operator.job.state', { status, step, credits }),
    ...(reason ? [translate(language, 'operator.job.reason', { reason })] : []),
    translate(language, 'operator.job.made', {
      model: job.model ?? '–',
      created: momentOf(voice, job.createdAt),
      finished: momentOf(voice, finishedAt),
    }),
    translate(language, 'operator.job.product', { product }),
  ].join('\n');
}

function timelineText(voice: OperatorVoice, { events }: JobLook): string {
  const { language } = voice;
  if (events.length === 0) return '';
  const lines = events.map(({ event, at }) =>
    translate(language, 'operator.job.event', { date: momentOf(voice, at), event }),
  );
  return [translate(language, 'operator.job.timeline'), ...lines].join('\n');
}

function answersText({ language }: OperatorVoice, { tasks }: JobLook): string {
  if (tasks.length === 0) return '';
  const lines = tasks.map(({ model, state, cost, errorText }) => {
    const params = { model, state, cost: cost ?? '–' };
    if (!errorText) return translate(language, 'operator.job.task', params);
    const text = shorten(errorText, ANSWER_LENGTH_MAX);
    return translate(language, 'operator.job.task_said', { ...params, text });
  });
  return [translate(language, 'operator.job.tasks'), ...lines].join('\n');
}
