import { STATUS_CODES } from 'node:http';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseGone } from './database/index.js';
import { toError } from './errors.js';
import { inContextOf, pathOf } from './http-server.js';
import { logger } from './logging.js';

const log = logger('http');

/**
 * The one place where an error becomes an HTTP status: what Nest threw keeps its own, a database that is away is 503 (so
 * that whoever called comes again), all else is 500. The answer never tells more than its status.
 */
@Catch()
export class HttpErrorsFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const status = statusOf(error);
    inContextOf(request, () => report(toError(error), { path: pathOf(request), status }));
    if (status === 503) void reply.header('Retry-After', '1');
    void reply.status(status).send({ statusCode: status, message: STATUS_CODES[status] });
  }
}

function report(error: Error, line: { path: string; status: number }): void {
  // Nest's words for a missing route hold the whole address.
  if (line.status === 404) return;
  if (line.status === 500) log.error({ ...line, err: error }, 'A request failed');
  else if (line.status < 500) log.warn({ ...line, reason: error.message }, 'A request was refused');
  else log.warn({ ...line, reason: error.message }, 'A request must come again');
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) return statusCode;
  return isDatabaseGone(error) ? 503 : 500;
}
