import { toError } from './errors.js';

const MESSAGE_LENGTH_MAX = 2_000;
const STACK_LENGTH_MAX = 6_000;
const CAUSES_MAX = 3;
/** How many of several failed attempts are told (an AggregateError has one for each address of a host). */
const ATTEMPTS_MAX = 3;

/** What a log line says about an error. */
export interface ErrorOnLine {
  type: string;
  message: string;
  /** A SQLSTATE, a system error's or our own error's code. */
  code?: string;
  stack?: string;
  cause?: ErrorOnLine;
  attempts?: string[];
}

/**
 * An error as a log line tells it: its kind, words, code, stack and causes, and nothing else. What libraries hang on
 * their errors are the values of a statement, the headers and the body of a request, whole sockets.
 */
export function describeError(value: unknown): ErrorOnLine {
  return describe(toError(value), CAUSES_MAX);
}

function describe(error: Error, causesLeft: number): ErrorOnLine {
  const { code } = error as { code?: unknown };
  const { errors } = error as { errors?: unknown };
  return {
    type: error.name,
    message: cut(error.message, MESSAGE_LENGTH_MAX),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: String(code) } : {}),
    ...(error.stack ? { stack: framesOf(error.stack) } : {}),
    ...(error.cause !== undefined && causesLeft > 0
      ? { cause: describe(toError(error.cause), causesLeft - 1) }
      : {}),
    ...(Array.isArray(errors) ? { attempts: errors.slice(0, ATTEMPTS_MAX).map(attemptOf) } : {}),
  };
}

/** The frames alone: the words before them are the message, which may be of any length. */
function framesOf(stack: string): string {
  const first = stack.search(/^\s+at /m);
  return cut(first === -1 ? stack : stack.slice(first).trimStart(), STACK_LENGTH_MAX);
}

function attemptOf(error: unknown): string {
  return cut(toError(error).message, MESSAGE_LENGTH_MAX);
}

function cut(text: string, lengthMax: number): string {
  return text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text;
}
