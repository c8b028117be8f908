import { Catch, type ArgumentsHost } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { HttpErrorsFilter, sqlStateOf } from '../../platform/index.js';
import { ConsoleError } from './console.errors.js';

/** PostgreSQL's query_canceled: the statement took longer than a reader may. */
const QUERY_CANCELED = '57014';

/** As everywhere, but the page is also told in a sentence what it may show to the operator. */
@Catch()
export class ConsoleErrorsFilter extends HttpErrorsFilter {
  override catch(error: unknown, host: ArgumentsHost): void {
    const refusal = refusalOf(error);
    if (!refusal) return super.catch(error, host);
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (refusal.retryAfterS !== undefined) void reply.header('Retry-After', String(refusal.retryAfterS));
    void reply.status(refusal.status).send({ statusCode: refusal.status, message: refusal.message });
  }
}

function refusalOf(error: unknown): ConsoleError | null {
  if (error instanceof ConsoleError) return error;
  if (error instanceof z.ZodError) return new ConsoleError(400, z.prettifyError(error));
  if (sqlStateOf(error) === QUERY_CANCELED) {
    return new ConsoleError(503, 'This search takes too long: narrow it by dates, a status or a person.');
  }
  return null;
}
