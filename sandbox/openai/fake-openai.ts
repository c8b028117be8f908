import type { FastifyInstance } from 'fastify';
import { SandboxClock } from '../clock.js';
import { FakeServer } from '../fake-server.js';
import type { Plans } from '../plans.js';
import { controlRoutes } from './openai-control.routes.js';
import { OpenAiDesk, UNREADABLE_BODY, type OpenAiRequestRecord } from './openai-desk.js';
import { badRequest } from './openai-errors.js';
import type { OpenAiFault, OpenAiFaultKind } from './openai-faults.js';
import { sightSchema, type ScriptedSight } from './openai-sight.rules.js';
import { openAiRoutes } from './openai.routes.js';

/** The key that a new fake knows. */
export const SANDBOX_OPENAI_KEY = 'sandbox-openai-key';
const REQUESTS_PER_MINUTE_MAX = 500;
const LATENCY_TRUE_MS = { min: 900, max: 2_500 };

/** What a new fake is. */
export interface FakeOpenAiOptions {
  /** Real time when absent. */
  clock?: SandboxClock;
  /** How long the model thinks, in true milliseconds. */
  latencyTrueMs?: { min: number; max: number };
  /** The limit of all keys together in a true minute; 500 when absent. */
  requestsPerMinuteMax?: number;
  /**
   * `compatible` plays another provider with the same protocol: chat only, any model name, and its errors come as
   * `{"error": {code, message}}` under HTTP 200. https://openrouter.ai/docs/api-reference/overview
   */
  persona?: 'openai' | 'compatible';
}

/**
 * OpenAI in a box, or a provider compatible with it. Strict about keys, models, parameters, schemas and pictures;
 * scripted by these methods or by `POST /_control/<method>`. https://platform.openai.com/docs/api-reference
 */
export class FakeOpenAi extends FakeServer {
  override readonly provider = 'openai';
  private readonly desk: OpenAiDesk;
  private readonly compatible: boolean;

  constructor(options: FakeOpenAiOptions = {}) {
    super();
    this.compatible = options.persona === 'compatible';
    this.desk = new OpenAiDesk({
      clock: options.clock ?? new SandboxClock(),
      latencyTrueMs: options.latencyTrueMs ?? LATENCY_TRUE_MS,
      requestsPerMinuteMax: options.requestsPerMinuteMax ?? REQUESTS_PER_MINUTE_MAX,
      errorsIn200: this.compatible,
      describe: (request, summary) => this.describeRequest(request, summary),
    });
    this.reset();
  }

  /** Makes the next call (or `times` calls) fail; several faults wait for their turn. */
  failNext(fault: OpenAiFault): void {
    this.desk.faults.add(fault);
  }

  /** What was given to `failNext` and has not happened yet. */
  get plans(): Plans {
    return this.desk.faults;
  }

  /** Makes every call fail in one way until `setMood(null)`. */
  setMood(kind: OpenAiFaultKind | null): void {
    this.desk.faults.mood = kind === null ? null : { kind };
  }

  /** Says what moderation and models see in every picture until `setSight(null)`: then the pictures speak for themselves again. */
  setSight(sight: ScriptedSight | null): void {
    this.desk.scriptedSight = sight && sightSchema.parse(sight);
  }

  /** Accepts one more key. */
  addKey(secret: string): void {
    this.desk.keys.add(secret);
  }

  /** Refuses a key from now on. */
  revokeKey(secret: string): void {
    this.desk.keys.delete(secret);
  }

  /** Every call with a good key to a model or to moderation, oldest first. */
  requests(): OpenAiRequestRecord[] {
    return [...this.desk.records];
  }

  /** Back to a new fake: one key, no fault, no mood, no scripted sight, no record. */
  reset(): void {
    this.desk.clear();
    this.desk.keys.add(SANDBOX_OPENAI_KEY);
  }

  protected override routes(app: FastifyInstance): void {
    app.setNotFoundHandler((request, reply) => {
      const message = `Invalid URL (${request.method} ${request.url.split('?')[0]})`;
      return this.desk.send(reply, { error: { ...badRequest(message, null, null), status: 404 } });
    });
    app.setErrorHandler((error: { statusCode?: number }, _request, reply) =>
      this.desk.send(reply, { error: { ...UNREADABLE_BODY, status: error.statusCode ?? 500 } }),
    );
    openAiRoutes(app, this.desk, this.compatible);
    controlRoutes(app, this);
  }
}
