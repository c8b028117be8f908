import type { KieInput } from './kie-input.rules.js';
import { findModel, type KieModel } from './kie-models.rules.js';
import { parseRecord, parseVeoRecord } from './kie-replies.schemas.js';
import type { KieRecord } from './kie.types.js';

/** How the models behind some endpoints are spoken to. */
export interface KieRoute {
  /** Where a task is made, by POST. */
  readonly createPath: string;
  /** Where it is read, by GET with `taskId`. */
  readonly statusPath: string;
  /** The body that makes a task. */
  createBody(head: { model: string; callBackUrl?: string }, input: KieInput): Record<string, unknown>;
  /** `data` of a status answer; `null` when it is not a task's record. */
  parseRecord(data: unknown): KieRecord | null;
}

/**
 * The only place that knows one route from another. Either answers a creation with `data.taskId`.
 *
 * @see https://docs.kie.ai/market/quickstart
 * @see https://docs.kie.ai/veo3-api/quickstart
 */
const ROUTES: Readonly<Record<KieModel['route'], KieRoute>> = {
  market: {
    createPath: '/api/v1/jobs/createTask',
    statusPath: '/api/v1/jobs/recordInfo',
    createBody: (head, input) => ({ ...head, input }),
    parseRecord,
  },
  veo: {
    createPath: '/api/v1/veo/generate',
    statusPath: '/api/v1/veo/record-info',
    createBody: (head, input) => ({ ...head, ...input }),
    parseRecord: parseVeoRecord,
  },
};

/** The route of a model. One that the catalogue has lost since its task was made was of the market, as most are. */
export function routeOf(modelId: string): KieRoute {
  return ROUTES[findModel(modelId)?.route ?? 'market'];
}
