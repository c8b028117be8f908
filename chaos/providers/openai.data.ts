import type { OpenAiFault, OpenAiFaultKind } from '../../sandbox/openai/index.js';
import type { FaultClass, PromptSource, Result } from './fault-class.js';
import { ALWAYS } from './scene.js';

const video = (prompt: PromptSource) => ({ kind: 'video', tasks: 1, videos: 1, prompt }) as const;
const BREAKER = [/Out of order, left alone for a while/];

/** One provider fails to write the prompt, so often: who writes it then. */
const PROMPTS: readonly [kind: OpenAiFaultKind, fault: string, times: number, writer: PromptSource][] = [
  ['rate_limit', '429, rate_limit_exceeded', 1, 'openai_fallback'],
  ['overloaded', '503, server_is_overloaded', 1, 'openai_fallback'],
  ['server_error', '500 once', 1, 'openai'],
  ['content_policy', '400, invalid_prompt', 1, 'openai_fallback'],
  ['flagged_input', '403, flagged by moderation', 1, 'openai_fallback'],
  ['blocked_input', '403, blocked by a guardrail', 1, 'openai_fallback'],
  ['hang', 'no answer', 1, 'openai_fallback'],
  ['reset', 'connection reset once', 1, 'openai'],
  ['html', '502, a page, once', 1, 'openai'],
  ['error_in_200', 'an error under HTTP 200, once', 1, 'openai'],
  ['slow', 'the answer takes half a minute', 1, 'openai'],
  ['refusal', 'a refusal', 1, 'template'],
  ['declined', 'no prompt but a reason', 1, 'template'],
  ['incomplete_cut', 'incomplete, the JSON cut', 1, 'openai_fallback'],
  ['incomplete_empty', 'incomplete, nothing', 1, 'openai_fallback'],
  ['filtered', 'incomplete, cut by the content filter', 1, 'openai_fallback'],
  ['failed', 'status failed', 1, 'openai_fallback'],
  ['bad_json', 'text that is no JSON', 1, 'openai_fallback'],
  ['empty_prompt', 'an empty prompt', 1, 'openai_fallback'],
  ['long_prompt', 'a prompt of 30,000 characters', 1, 'openai_fallback'],
  ['hijacked', 'a prompt that obeys somebody else', 1, 'openai'],
];

/** What only operators can mend: the provider is left alone, and the next one writes. */
const REFUSING: readonly [kind: OpenAiFaultKind, fault: string][] = [
  ['insufficient_quota', '429, insufficient_quota'],
  ['credit_balance_exhausted', '429, credit_balance_exhausted'],
  ['no_credits', '402'],
  ['invalid_key', '401, invalid_api_key'],
  ['region', '403, unsupported_country_region_territory'],
  ['model_not_found', '404, model_not_found'],
  ['foreign_in_200', 'KIE’s code 402 under HTTP 200'],
];

/** A text or a photo that nobody could look at is taken: the video model judges for itself. */
const UNSEEN: readonly [kind: OpenAiFaultKind, fault: string][] = [
  ['rate_limit', '429'],
  ['server_error', '500'],
  ['invalid_key', '401'],
  ['hang', 'no answer'],
  ['reset', 'connection reset'],
  ['html', '502, a page'],
];

const always = (kind: OpenAiFaultKind, route: OpenAiFault['route']): OpenAiFault => ({
  kind,
  route,
  ...ALWAYS,
});

/** How OpenAI, and the provider behind it, may fail. */
export const OPENAI: readonly FaultClass[] = [
  ...PROMPTS.map(([kind, fault, times, writer]): FaultClass => ({
    ...about(`prompt-${kind}`, 'responses', fault, video(writer)),
    before: (scene) => scene.openAi({ kind, times, route: 'responses' }),
  })),
  {
    ...about('prompt-server_error-twice', 'responses', '500 twice', video('openai_fallback')),
    before: (scene) => scene.openAi({ kind: 'server_error', times: 2, route: 'responses' }),
  },
  ...(['server_error', 'hang', 'rate_limit', 'bad_json'] as const).map((kind): FaultClass => ({
    ...about(`both-${kind}`, 'responses, chat', `${kind} at both providers`, video('template')),
    before: (scene) => {
      scene.openAi(always(kind, 'responses'));
      scene.fallbackFails(always(kind, 'chat'));
    },
  })),
  ...UNSEEN.map(([kind, fault]): FaultClass => ({
    ...about(`text-${kind}`, 'moderations', `${fault}, for the texts`, video('openai')),
    before: (scene) => scene.openAi(always(kind, 'moderations')),
  })),
  {
    ...about('text-flagged', 'moderations', 'the description is flagged', {
      ...{ kind: 'turned_away', text: 'hint.text_flagged' },
    }),
    words: '[[flag:hate]]',
  },
  ...UNSEEN.map(([kind, fault]): FaultClass => ({
    ...about(`photo-${kind}`, 'moderations, responses', `${fault}, for the photo`, video('openai')),
    changes: 'prompts',
    before: (scene) => {
      scene.openAi(always(kind, 'moderations'), '"image_url"');
      // What is wrong with the key is wrong for prompts, too: a class of its own.
      if (kind !== 'invalid_key') scene.openAi(always(kind, 'responses'), '"photo_look"');
    },
  })),
  ...(['refusal', 'bad_json', 'incomplete_cut'] as const).map((kind): FaultClass => ({
    ...about(`sight-${kind}`, 'responses', `${kind}, about the photo`, video('openai')),
    changes: 'prompts',
    before: (scene) => scene.openAi(always(kind, 'responses'), '"photo_look"'),
  })),
  {
    ...about('photo-flagged', 'moderations', 'the photo is flagged', {
      ...{ kind: 'turned_away', text: 'hint.photo_flagged' },
    }),
    ...{ changes: 'everything', alone: true },
    before: ({ world }) => world.openAi.setSight({ flagged: ['sexual'] }),
    after: ({ world }) => world.openAi.setSight(null),
  },
  ...REFUSING.map(([kind, fault]): FaultClass => ({
    ...about(`refusing-${kind}`, 'responses', fault, video('openai_fallback')),
    ...{ changes: 'prompts', alarms: BREAKER },
    before: (scene) => scene.openAi(always(kind, 'responses')),
  })),
  {
    ...about(
      'refusing-both',
      'responses, chat',
      '429, insufficient_quota; 402 at the second provider',
      video('template'),
    ),
    ...{ changes: 'everything', alarms: BREAKER },
    before: (scene) => {
      scene.openAi(always('insufficient_quota', 'responses'));
      scene.fallbackFails(always('no_credits', 'chat'));
    },
  },
];

function about(name: string, call: string, fault: string, must: Result) {
  return { name: `openai-${name}`, provider: 'OpenAI', call, fault, visit: 'order', must } as const;
}
