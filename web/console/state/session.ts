import { signal } from '@preact/signals';
import type { SessionView } from '../../../src/modules/console/protocol.js';
import { get, post } from './api.js';
import { readAgain } from './changes.js';
import { isSessionOver, session } from './who.js';

interface Answer {
  session: SessionView | null;
}

/** Why it is not known who is logged in. */
export const sessionProblem = signal<string | null>(null);

/** Asks whether the browser holds a session. Never throws. */
export async function loadSession(): Promise<void> {
  sessionProblem.value = null;
  try {
    session.value = (await get<Answer>('session')).session;
  } catch (error) {
    sessionProblem.value = (error as Error).message;
  }
}

/** @throws Error with what to tell whoever tried. */
export async function logIn(operator: string, password: string): Promise<void> {
  await post<Answer>('login', { operator, password });
  const { session: kept } = await get<Answer>('session');
  if (!kept) {
    throw new Error(
      'The browser did not keep the session: open the console by https, or set CONSOLE_BASE_URL.',
    );
  }
  session.value = kept;
  isSessionOver.value = false;
  readAgain();
}

/** Ends the session here and for whoever else holds its cookie. @throws ApiError */
export async function logOut(): Promise<void> {
  session.value = (await post<Answer>('logout', {})).session;
}
