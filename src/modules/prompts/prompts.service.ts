import { Injectable } from '@nestjs/common';
import { Env, logger, Metrics, startTimer } from '../../platform/index.js';
import { ChatCompletionsClient } from './chat-completions.client.js';
import { OpenAiResponsesClient } from './openai-responses.client.js';
import { PromptHealth } from './prompt-health.js';
import { dropInvented } from './invented.rules.js';
import { cutAtSentence } from './prompt-text.rules.js';
import { hashSafetyId, type CallLimits } from './prompt-writer.js';
import type {
  PromptRequest,
  ProviderSource,
  TokenUsage,
  WriterReply,
  WrittenPrompt,
} from './prompt.types.js';
import { countQuestion, PROMPTS } from './prompts.metrics.js';
import { askProvider } from './provider-call.js';
import { composeOwnPrompt, composeTemplatePrompt } from './template-prompt.rules.js';

/** All calls of one prompt together take at most this many timeouts. */
const TIMEOUTS_MAX = 2;

/** One language model, first or second. */
interface Provider {
  source: ProviderSource;
  write(request: PromptRequest, limits: CallLimits): Promise<WriterReply>;
}

/** How asking one provider ended. `ends` is true when no other provider should be asked either. */
type Asked = ({ written: WrittenPrompt } | { note: string; ends: boolean }) & { usage?: TokenUsage };

/** Writes the prompt of a video: OpenAI, else the second provider, else the template. */
@Injectable()
export class PromptsService {
  private readonly log = logger('prompts');
  private readonly timeoutMs: number;
  private readonly providers: readonly Provider[];

  constructor(
    env: Env,
    private readonly health: PromptHealth,
    private readonly metrics: Metrics,
  ) {
    this.timeoutMs = env.OPENAI_TIMEOUT_MS;
    this.providers = providersOf(env);
  }

  /**
   * Never throws and never takes longer than two timeouts: a video must not wait for a language model, so that the template
   * prompt stands behind every failure. A provider that is out of order is not even asked.
   */
  async write(request: PromptRequest): Promise<WrittenPrompt> {
    const written = await this.writeByAnybody(request);
    this.metrics.count(PROMPTS, { source: written.source });
    return written;
  }

  private async writeByAnybody(request: PromptRequest): Promise<WrittenPrompt> {
    const template: WrittenPrompt = { prompt: composeTemplatePrompt(request), source: 'template' };
    if (request.template === 'self') {
      const prompt = composeOwnPrompt(request);
      return prompt === '' ? template : { prompt, source: 'self' };
    }
    const deadlineAt = performance.now() + this.timeoutMs * TIMEOUTS_MAX;
    const notes: string[] = [];
    const usages: TokenUsage[] = [];
    const refusing = await this.health.findRefusing();
    for (const provider of this.providers) {
      if (refusing.has(provider.source)) {
        notes.push(`${provider.source}: left alone`);
        continue;
      }
      const asked = await this.ask(provider, request, deadlineAt);
      if (asked.usage) usages.push(asked.usage);
      if ('written' in asked) return withNote(withUsage(asked.written, usages), notes);
      notes.push(asked.note);
      this.log.warn({ provider: provider.source, note: asked.note }, 'No prompt from this provider');
      if (asked.ends) break;
    }
    return withNote(withUsage(template, usages), notes);
  }

  private async ask(provider: Provider, request: PromptRequest, deadlineAt: number): Promise<Asked> {
    const times = { timeoutMs: this.timeoutMs, deadlineAt };
    const timer = startTimer();
    const answer = await askProvider((limits) => provider.write(request, limits), times);
    countQuestion(this.metrics, { question: 'prompt', provider: provider.source, seconds: timer() }, answer);
    if (answer.kind === 'answered') return readReply(provider, request, answer.reply);
    await this.health.report(provider.source, answer.failure);
    return { note: `${provider.source}: ${answer.note}`, ends: answer.kind === 'no_time_left' };
  }
}

function providersOf(env: Env): Provider[] {
  const providers: Provider[] = [];
  if (env.OPENAI_API_KEY) {
    const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model } = env;
    const client = new OpenAiResponsesClient({ apiKey, baseUrl, model });
    const write: Provider['write'] = (request, limits) =>
      client.write(request, hashSafetyId(request.safetyId), limits);
    providers.push({ source: 'openai', write });
  }
  if (env.OPENAI_FALLBACK_API_KEY && env.OPENAI_FALLBACK_BASE_URL && env.OPENAI_FALLBACK_MODEL) {
    const client = new ChatCompletionsClient({
      apiKey: env.OPENAI_FALLBACK_API_KEY,
      baseUrl: env.OPENAI_FALLBACK_BASE_URL,
      model: env.OPENAI_FALLBACK_MODEL,
    });
    providers.push({ source: 'openai_fallback', write: (request, limits) => client.write(request, limits) });
  }
  return providers;
}

/** A refusal ends the search: another model is not asked to do what one would not. The video model decides for itself. */
function readReply(provider: Provider, request: PromptRequest, reply: WriterReply): Asked {
  const { tokensIn, tokensOut } = reply;
  const usage = { tokensIn, tokensOut };
  if (reply.kind !== 'written') {
    const note = `${provider.source}: ${reply.kind}: ${reply.text}`;
    return { note, ends: reply.kind === 'refused', usage };
  }
  const prompt = cutAtSentence(dropInvented(reply.prompt, request), request.promptMaxLength);
  if (prompt === '') return { note: `${provider.source}: unusable: only inventions`, ends: false, usage };
  return { written: { prompt, source: provider.source }, usage };
}

/** All that was answered on the way is paid for, not only the last. */
function withUsage(written: WrittenPrompt, usages: readonly TokenUsage[]): WrittenPrompt {
  if (usages.length === 0) return written;
  const sum = (of: (usage: TokenUsage) => number) => usages.reduce((total, usage) => total + of(usage), 0);
  return { ...written, tokensIn: sum((usage) => usage.tokensIn), tokensOut: sum((usage) => usage.tokensOut) };
}

function withNote(written: WrittenPrompt, notes: readonly string[]): WrittenPrompt {
  return notes.length === 0 ? written : { ...written, note: notes.join('; ') };
}
