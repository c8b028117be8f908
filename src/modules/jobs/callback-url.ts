import type { Env } from '../../platform/index.js';

/** The path of KIE's callback; the last part is the task row's random id. */
export const CALLBACK_PATH = 'webhooks/kie';

/** Where KIE reports a task's end; undefined where this system has no address of its own. */
export function callbackUrl(env: Pick<Env, 'PUBLIC_BASE_URL'>, taskRowId: string): string | undefined {
  return env.PUBLIC_BASE_URL ? `${env.PUBLIC_BASE_URL}/${CALLBACK_PATH}/${taskRowId}` : undefined;
}
