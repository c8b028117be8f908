import { Catch, type ArgumentsHost } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpErrorsFilter, logger, pathOf, sqlStateOf } from '../../platform/index.js';
import { ConsoleError, QUERY_CANCELED } from './console.errors.js';

/** PostgreSQL's class "data exception": a value that no schema refused and that its type has not, such as a day of the year 0. */
const DATA_EXCEPTION = '22';

const log = logger('console');

/** As everywhere, but the page is also told in a sentence what it may show to the operator. */
@Catch()
export class ConsoleErrorsFilter extends HttpErrorsFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    const refusal = refusalOf(error) ?? refusalOfData(error, host);
    if (!refusal) return super.catch(error, host);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (refusal.retryAfterS !== undefined) void reply.header('Retry-After', String(refusal.retryAfterS));
    void reply.status(refusal.status).send({ statusCode: refusal.status, message: refusal.message });
  }
}

/** Logged, since it may also be a statement of ours that is wrong. */
function refusalOfData(error: unknown, host: ArgumentsHost): ConsoleError | null {
  const sqlState = sqlStateOf(error);
  if (!sqlState?.startsWith(DATA_EXCEPTION)) return null;
  const path = pathOf(host.switchToHttp().getRequest<FastifyRequest>());
  log.warn({ path, sqlState }, 'A request holds a value that PostgreSQL does not take');
  return new ConsoleError(400, 'Something in this question is no possible value: begin anew.');
}

function refusalOf(error: unknown): ConsoleError | null {
  if (error instanceof ConsoleError) return error;
  if (error instanceof z.ZodError) return new ConsoleError(400, z.prettifyError(error));
  if (sqlStateOf(error) === QUERY_CANCELED) {
    return new ConsoleError(503, 'This search takes too long: narrow it by dates, a status or a person.');
  }
  return null;
}
