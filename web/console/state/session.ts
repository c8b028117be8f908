import { signal } from '@preact/signals';
import type { SessionView } from '../../../src/modules/console/protocol.js';
import { get, post } from './api.js';
import { session } from './who.js';

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

/** @throws ApiError with what to tell whoever tried. */
export async function logIn(operator: string, password: string): Promise<void> {
  session.value = (await post<Answer>('login', { operator, password })).session;
}

/** Ends the session here and for whoever else holds its cookie. @throws ApiError */
export async function logOut(): Promise<void> {
  session.value = (await post<Answer>('logout', {})).session;
}
