import type { FakeTelegram } from '../../sandbox/telegram/index.js';

/** An answer of the Bot API. */
export interface Envelope {
  ok: boolean;
  result?: unknown;
  error_code?: number;
  description?: string;
  parameters?: { retry_after?: number };
}

/** Calls a method as JSON over HTTP and answers the status and the envelope. */
export async function callApi(
  telegram: FakeTelegram,
  method: string,
  args: Record<string, unknown> = {},
): Promise<Envelope & { status: number; headers: Headers }> {
  const answer = await fetch(`${telegram.url}/bot${telegram.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(args),
  });
  return { status: answer.status, headers: answer.headers, ...((await answer.json()) as Envelope) };
}

/** Calls a method that must succeed and answers its result. */
export async function resultOf<T>(
  telegram: FakeTelegram,
  method: string,
  args: Record<string, unknown> = {},
): Promise<T> {
  const { ok, result, description } = await callApi(telegram, method, args);
  if (!ok) throw new Error(`${method}: ${description}`);
  return result as T;
}

/** Sends a text to a person and answers the message's id. */
export async function sendText(
  telegram: FakeTelegram,
  chatId: number,
  args: Record<string, unknown> = {},
): Promise<number> {
  const { message_id: messageId } = await resultOf<{ message_id: number }>(telegram, 'sendMessage', {
    chat_id: chatId,
    text: 'Меню',
    ...args,
  });
  return messageId;
}

/** A person who has pressed Start. */
export function startedPerson(telegram: FakeTelegram): number {
  const { id } = telegram.addPerson({ firstName: 'Анна', username: 'anna', languageCode: 'ru' });
  telegram.sendText(id, '/start');
  return id;
}

/** An inline keyboard of one button. */
export function oneButton(button: Record<string, unknown>): { inline_keyboard: unknown[][] } {
  return { inline_keyboard: [[button]] };
}
