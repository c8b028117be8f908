import { createParamDecorator, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Env, logger } from '../../platform/index.js';
import { ConsoleError } from './console.errors.js';
import { findForeignPost } from './login.rules.js';
import { OperatorSessions } from './operator-sessions.js';
import { SessionCookie } from './session-cookie.js';

const operators = new WeakMap<FastifyRequest, string>();

/** Lets nothing but our own page post. Reading changes nothing, and no other page may read the answer. */
@Injectable()
export class OwnPageGuard implements CanActivate {
  private readonly log = logger('console');

  constructor(private readonly env: Env) {}

  canActivate(context: ExecutionContext): boolean {
    const { method, headers } = requestOf(context);
    if (method === 'GET' || method === 'HEAD') return true;
    const reason = findForeignPost(
      {
        origin: headers.origin,
        fetchSite: headers['sec-fetch-site'],
        contentType: headers['content-type'],
        ownHeader: headers['x-neurocards-console'] as string | undefined,
        host: headers.host,
      },
      this.env.CONSOLE_BASE_URL,
    );
    if (reason === null) return true;
    this.log.warn({ reason }, 'A post to the console was refused');
    throw new ConsoleError(403, `Only the console's own page may do this: ${reason}.`);
  }
}

/** Lets in whoever is logged in. */
@Injectable()
export class SessionGuard implements CanActivate {
  private readonly cookie: SessionCookie;

  constructor(
    private readonly sessions: OperatorSessions,
    env: Env,
  ) {
    this.cookie = new SessionCookie(env);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = requestOf(context);
    const token = this.cookie.read(request);
    const session = token ? await this.sessions.find(token) : null;
    if (!session) throw new ConsoleError(401, 'Log in first.');
    operators.set(request, session.operator);
    return true;
  }
}

/** The name of the operator who asks. Behind {@link SessionGuard} only. */
export const Operator = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const operator = operators.get(requestOf(context));
  if (operator === undefined) throw new Error('A route with an operator has no guard');
  return operator;
});

function requestOf(context: ExecutionContext): FastifyRequest {
  return context.switchToHttp().getRequest<FastifyRequest>();
}
