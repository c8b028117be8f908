import { AppError } from '../src/platform/light.js';
import { EmbeddedPostgresError } from './postgres/index.js';

/** The sandbox cannot do what was asked; the message is a sentence for the person at the terminal. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';
}

/** What the person at the terminal is told: the sentence where there is one, else everything. */
export function explain(error: unknown): unknown {
  const isSentence =
    error instanceof SandboxError || error instanceof EmbeddedPostgresError || error instanceof AppError;
  return isSentence ? error.message : error;
}
