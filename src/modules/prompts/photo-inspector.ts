import { Injectable } from '@nestjs/common';
import { Env, logger, Metrics, startTimer } from '../../platform/index.js';
import { OpenAiModerationClient } from './openai-moderation.client.js';
import { OpenAiPhotoClient } from './openai-photo.client.js';
import { PromptHealth } from './prompt-health.js';
import type { LookReply, TokenUsage } from './prompt.types.js';
import { composePhotoUrl } from './prompt-request.rules.js';
import { hashSafetyId, type CallLimits } from './prompt-writer.js';
import { countQuestion } from './prompts.metrics.js';
import { askProvider } from './provider-call.js';

/** What was seen in a photo; `unknown` when OpenAI said nothing about it. */
export type PhotoSight = (
  { kind: 'looked'; flagged: boolean; people: boolean; brand: boolean } | { kind: 'unknown' }
) & {
  /** What the model that sees took, whatever its answer was worth; absent where it gave none. */
  usage?: TokenUsage;
};

/** All calls of one look together take at most this many timeouts. */
const TIMEOUTS_MAX = 2;

/** Looks at a product photo for what a video model may refuse: asks OpenAI's moderation and a model that sees, side by side. */
@Injectable()
export class PhotoInspector {
  private readonly log = logger('photo-inspector');
  private readonly timeoutMs: number;
  private readonly clients: { moderation: OpenAiModerationClient; sight: OpenAiPhotoClient } | null;

  constructor(
    env: Env,
    private readonly health: PromptHealth,
    private readonly metrics: Metrics,
  ) {
    this.timeoutMs = env.PHOTO_LOOK_TIMEOUT_MS;
    const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl, OPENAI_MODEL: model } = env;
    this.clients = apiKey
      ? {
          moderation: new OpenAiModerationClient({ apiKey, baseUrl }),
          sight: new OpenAiPhotoClient({ apiKey, baseUrl, model }),
        }
      : null;
  }

  /**
   * Never throws and never takes longer than two timeouts: the video model judges for itself later, so a look that fails is none.
   * What one of the two has said counts although the other one is silent.
   * While OpenAI is out of order only moderation is asked, which is free and needs no model of ours.
   *
   * @param safetyId anything that names the person for good; leaves this process only as a hash
   */
  async look(photo: { bytes: Buffer; mimeType: string }, safetyId: string | null): Promise<PhotoSight> {
    const { clients } = this;
    if (!clients) return { kind: 'unknown' };
    const deadlineAt = performance.now() + this.timeoutMs * TIMEOUTS_MAX;
    const url = composePhotoUrl(photo);
    const person = safetyId === null ? null : hashSafetyId(safetyId);
    const times = { timeoutMs: this.timeoutMs, deadlineAt };
    const [moderation, sight] = await Promise.all([
      this.ask('photo_moderation', times, (limits) => clients.moderation.judgePhoto(url, limits)),
      this.askUnlessRefusing(times, (limits) => clients.sight.see(url, person, limits)),
    ]);
    const [judged, seen] = [toldIn(moderation), toldIn(sight)];
    const usage = sight && { tokensIn: sight.tokensIn, tokensOut: sight.tokensOut };
    if (!judged && !seen) return { kind: 'unknown', ...(usage ? { usage } : {}) };
    return {
      kind: 'looked',
      ...(usage ? { usage } : {}),
      flagged: judged?.flagged ?? false,
      people: seen?.people ?? false,
      brand: seen?.brand ?? false,
    };
  }

  private async askUnlessRefusing<T>(
    times: { timeoutMs: number; deadlineAt: number },
    call: (limits: CallLimits) => Promise<LookReply<T>>,
  ): Promise<LookReply<T> | null> {
    const refusing = await this.health.findRefusing();
    return refusing.has('openai') ? null : this.ask('sight', times, call);
  }

  /** The answer, or null; a line in the log where nothing was told. */
  private async ask<T>(
    question: 'photo_moderation' | 'sight',
    times: { timeoutMs: number; deadlineAt: number },
    call: (limits: CallLimits) => Promise<LookReply<T>>,
  ): Promise<LookReply<T> | null> {
    const timer = startTimer();
    const answer = await askProvider(call, times);
    countQuestion(this.metrics, { question, provider: 'openai', seconds: timer() }, answer);
    if (answer.kind === 'answered' && answer.reply.kind === 'told') return answer.reply;
    // Moderation is an endpoint with rights of its own: that it is closed to us says nothing about who writes prompts.
    if (question === 'sight' && answer.kind !== 'answered')
      await this.health.report('openai', answer.failure);
    const note = answer.kind === 'answered' ? describe(answer.reply) : answer.note;
    this.log.warn({ question, note }, 'Nothing was learnt about a photo');
    return answer.kind === 'answered' ? answer.reply : null;
  }
}

function toldIn<T>(reply: LookReply<T> | null): T | null {
  return reply?.kind === 'told' ? reply.told : null;
}

function describe(reply: LookReply<unknown>): string {
  return reply.kind === 'told' ? reply.kind : `${reply.kind}: ${reply.text}`;
}
