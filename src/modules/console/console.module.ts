import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { addConsoleHeaders } from './console-headers.js';
import { OperatorSessions } from './operator-sessions.js';
import { PageController } from './page.controller.js';
import { PageFiles } from './page-files.js';
import { SessionController } from './session.controller.js';

/** The operators' page and its API. Needs `Env` and `Readiness` from a global module. */
@Module({
  controllers: [PageController, SessionController],
  providers: [OperatorSessions, PageFiles],
})
export class ConsoleModule {
  constructor({ httpAdapter }: HttpAdapterHost) {
    addConsoleHeaders(httpAdapter.getInstance<FastifyInstance>());
  }
}
