import { Catch, type ExceptionFilter } from '@nestjs/common';

/**
 * Keeps the HTTP filter, which Nest would apply to every handler, away from Telegram's: their errors are the session
 * middleware's to judge.
 */
@Catch()
export class RethrowFilter implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}
