import type { ActionName } from '../../../sandbox/page/protocol.js';

/** A sentence of the sandbox about what could not be done. */
export class ActionError extends Error {}

/**
 * Asks the sandbox to do something.
 *
 * @throws ActionError with a sentence to show.
 */
export async function act<T = unknown>(action: ActionName, input: object = {}): Promise<T> {
  return post<T>(`api/${action}`, input);
}

/**
 * Does what a person does in their Telegram app: a verb of the fake Telegram.
 *
 * @throws ActionError with a sentence to show.
 */
export async function telegram<T = unknown>(verb: string, input: object): Promise<T> {
  return post<T>(`api/telegram/${verb}`, input);
}

/** Where a photo, video or file of the chats lies. */
export function fileUrl(fileUniqueId: string): string {
  return `api/files/${encodeURIComponent(fileUniqueId)}`;
}

/** Where a sample photo lies. */
export function sampleUrl(name: string): string {
  return `api/samples/${encodeURIComponent(name)}`;
}

async function post<T>(path: string, input: object): Promise<T> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(input),
  }).catch(() => {
    throw new ActionError('The sandbox does not answer. Is "npm start" still running?');
  });
  const answer = (await response.json().catch(() => null)) as { error?: string } | null;
  if (!response.ok) throw new ActionError(answer?.error ?? `The sandbox answered ${response.status}.`);
  return answer as T;
}
