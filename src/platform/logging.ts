import { AsyncLocalStorage } from 'node:async_hooks';
import type { LoggerService } from '@nestjs/common';
import { pino, type DestinationStream, type Level, type Logger } from 'pino';
import { describeError } from './log-error.js';
import { maskSecrets } from './mask-secrets.js';

/** What a line is about; every line logged inside `runWithLogContext` carries it. */
export interface LogContext {
  requestId?: string;
  updateId?: number;
  userId?: string;
  jobId?: string;
  paymentId?: string;
  queue?: string;
}

const context = new AsyncLocalStorage<LogContext>();

let root = createRoot('silent');

function createRoot(level: Level | 'silent', destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    // A copy: pino writes the fields of the line into it.
    mixin: () => ({ ...context.getStore() }),
    serializers: { err: describeError },
    hooks: { streamWrite: maskSecrets },
  };
  return pino(options, destination ?? standardOutput());
}

/**
 * Written to at once. The buffer that pino would use by itself is flushed at exit, and sonic-boom 4 repeats that flush for ever
 * when whoever read the log is gone (EPIPE): the process would never end. Written at once, EPIPE only ends the logging.
 */
function standardOutput(): DestinationStream {
  return pino.destination({ dest: 1, sync: true });
}

/** Sets level and destination for the whole process; until then nothing is logged. */
export function configureLogging(level: Level | 'silent', destination?: DestinationStream): void {
  root = createRoot(level, destination);
}

/** Runs `work` with the given fields on every line that it logs, added to those of an outer context. */
export function runWithLogContext<T>(fields: LogContext, work: () => T): T {
  return context.run({ ...context.getStore(), ...fields }, work);
}

/** A logger of one part of the program; JSON lines with secrets masked. ERROR means that a person must act now. */
export interface PartLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** @param part the module or class, the `part` field of its lines. */
export function logger(part: string): PartLogger {
  const write = (level: Level) => (fields: object, message: string) => {
    root[level]({ part, ...fields }, message);
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** Nest's own lines through the same logger. */
export class NestLogger implements LoggerService {
  log(message: unknown, part?: string): void {
    root.debug({ part }, String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    const stack = rest.length > 1 ? rest[0] : undefined;
    root.error(
      { part: rest.at(-1), err: message instanceof Error ? message : undefined, stack },
      String(message),
    );
  }

  warn(message: unknown, part?: string): void {
    root.warn({ part }, String(message));
  }

  debug(message: unknown, part?: string): void {
    root.debug({ part }, String(message));
  }

  verbose(message: unknown, part?: string): void {
    root.trace({ part }, String(message));
  }
}
