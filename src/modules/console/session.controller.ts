import { Body, Controller, Get, HttpCode, Ip, Post, Req, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Env } from '../../platform/index.js';
import { ConsoleErrorsFilter } from './console-errors.filter.js';
import { ConsoleError } from './console.errors.js';
import { OwnPageGuard } from './console.guards.js';
import { OperatorSessions, type OperatorSession } from './operator-sessions.js';
import type { SessionView } from './protocol.js';
import { SessionCookie } from './session-cookie.js';

const PASSWORD_LENGTH_MAX = 512;
/** A login takes some milliseconds. */
const BUSY_RETRY_S = 1;
const loginSchema = z.strictObject({
  operator: z
    .string()
    .trim()
    .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u, 'Your name has 1 to 40 letters, digits, spaces, . _ -'),
  password: z.string().max(PASSWORD_LENGTH_MAX),
});

/** Logging in and out. The one part of the console's API that answers somebody who is not logged in. */
@Controller('console/api')
@UseFilters(ConsoleErrorsFilter)
@UseGuards(OwnPageGuard)
export class SessionController {
  private readonly cookie: SessionCookie;

  constructor(
    private readonly sessions: OperatorSessions,
    private readonly env: Env,
  ) {
    this.cookie = new SessionCookie(env);
  }

  /** Who is logged in; `null` for nobody, which is no error. */
  @Get('session')
  async read(@Req() request: FastifyRequest): Promise<{ session: SessionView | null }> {
    const token = this.cookie.read(request);
    const session = token ? await this.sessions.find(token) : null;
    return { session: session && this.view(session) };
  }

  @Post('login')
  @HttpCode(200)
  async logIn(
    @Ip() address: string,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ session: SessionView }> {
    const { operator, password } = loginSchema.parse(body);
    const outcome = await this.sessions.logIn({ operator, password, address });
    switch (outcome.kind) {
      case 'in':
        void reply.header('Set-Cookie', this.cookie.give(outcome.token));
        return { session: this.view(outcome.session) };
      case 'wrong_password':
        throw new ConsoleError(401, 'That is not the password.');
      case 'busy':
        throw new ConsoleError(429, 'Others log in at this moment. Try again.', BUSY_RETRY_S);
      case 'wait': {
        const minutes = Math.ceil(outcome.seconds / 60);
        throw new ConsoleError(
          429,
          `Too many wrong passwords. Try again in ${minutes} min.`,
          outcome.seconds,
        );
      }
    }
  }

  /** Whatever the token was, it is worth nothing afterwards. */
  @Post('logout')
  @HttpCode(200)
  async logOut(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ session: null }> {
    const token = this.cookie.read(request);
    if (token) await this.sessions.logOut(token);
    void reply.header('Set-Cookie', this.cookie.take());
    return { session: null };
  }

  private view({ operator, expiresAt }: OperatorSession): SessionView {
    const { APP_ENV: appEnv, TIME_ZONE: timeZone } = this.env;
    return { operator, expiresAt: expiresAt.toISOString(), timeZone, appEnv };
  }
}
