import { CALL_BUCKETS_S, defineCounter, defineHistogram, type Metrics } from '../../platform/index.js';
import type { LookReply, PromptSource, TokenUsage, WriterReply } from './prompt.types.js';
import type { ProviderAnswer } from './provider-call.js';

/** What a language model is asked for. */
export type Question = 'prompt' | 'sight' | 'photo_moderation' | 'text_moderation';

export const PROMPTS = defineCounter({
  name: 'neurocards_prompts_total',
  help: 'Prompts by who wrote them; template: no language model did.',
  labels: { source: ['openai', 'openai_fallback', 'template', 'self'] satisfies PromptSource[] },
});

const LOOK_SECONDS = defineHistogram({
  name: 'neurocards_openai_duration_seconds',
  help: 'Questions to language models, repeats included: told; refused or unusable answers; failed calls; no time left for one.',
  labels: {
    question: ['prompt', 'sight', 'photo_moderation', 'text_moderation'],
    provider: ['openai', 'openai_fallback'],
    outcome: ['told', 'refused', 'unusable', 'failed', 'no_time_left'],
  },
  buckets: CALL_BUCKETS_S,
});

const TOKENS = defineCounter({
  name: 'neurocards_openai_tokens_total',
  help: 'Tokens of answered questions, as the provider counts them.',
  labels: {
    question: ['prompt', 'sight', 'photo_moderation', 'text_moderation'],
    provider: ['openai', 'openai_fallback'],
    direction: ['in', 'out'],
  },
});

type Reply = TokenUsage & { kind: WriterReply['kind'] | LookReply<unknown>['kind'] };

/** Counts one question that was asked, and what its answer took. */
export function countQuestion(
  metrics: Metrics,
  asked: { question: Question; provider: 'openai' | 'openai_fallback'; seconds: number },
  answer: ProviderAnswer<Reply>,
): void {
  const { question, provider, seconds } = asked;
  metrics.observe(LOOK_SECONDS, { question, provider, outcome: outcomeOf(answer) }, seconds);
  if (answer.kind !== 'answered') return;
  metrics.count(TOKENS, { question, provider, direction: 'in' }, answer.reply.tokensIn);
  metrics.count(TOKENS, { question, provider, direction: 'out' }, answer.reply.tokensOut);
}

function outcomeOf(answer: ProviderAnswer<Reply>) {
  if (answer.kind !== 'answered') return answer.kind;
  return answer.reply.kind === 'written' ? 'told' : answer.reply.kind;
}
