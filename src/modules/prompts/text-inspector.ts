import { Injectable } from '@nestjs/common';
import { Env, logger, Metrics, startTimer } from '../../platform/index.js';
import { OpenAiModerationClient } from './openai-moderation.client.js';
import { countQuestion } from './prompts.metrics.js';
import { askProvider } from './provider-call.js';

/** Looks at a seller's texts for what a video model may refuse: asks OpenAI's moderation. */
@Injectable()
export class TextInspector {
  private readonly log = logger('text-inspector');
  private readonly client: OpenAiModerationClient | null;

  constructor(
    env: Env,
    private readonly metrics: Metrics,
  ) {
    const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseUrl } = env;
    this.client = apiKey ? new OpenAiModerationClient({ apiKey, baseUrl }) : null;
  }

  /**
   * Which of the texts are flagged, in their order; none of them when OpenAI said nothing in time, for the video model judges for
   * itself later. Never throws, and takes `timeoutMs` at most. Moderation is asked also while OpenAI writes no prompts.
   *
   * @param texts not empty, each with words in it
   */
  async findFlagged(texts: readonly string[], timeoutMs: number): Promise<boolean[]> {
    const none = texts.map(() => false);
    const { client } = this;
    const deadlineAt = performance.now() + timeoutMs;
    if (!client) return none;
    const ask = (limits: Parameters<typeof client.judgeTexts>[1]) => client.judgeTexts([...texts], limits);
    const timer = startTimer();
    const answer = await askProvider(ask, { timeoutMs, deadlineAt });
    const asked = { question: 'text_moderation', provider: 'openai', seconds: timer() } as const;
    countQuestion(this.metrics, asked, answer);
    if (answer.kind === 'answered' && answer.reply.kind === 'told') return answer.reply.told;
    const note = answer.kind === 'answered' ? answer.reply.kind : answer.note;
    this.log.warn({ note }, 'The texts of an order were not moderated');
    return none;
  }
}
