import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { AdminModule } from '../admin/index.js';
import { KieModule } from '../kie/index.js';
import { PhotosModule } from '../photos/index.js';
import { ActionsController } from './actions.controller.js';
import { ChecksReader } from './checks.reader.js';
import { addConsoleHeaders } from './console-headers.js';
import { FiguresReader } from './figures.reader.js';
import { JobsReader } from './jobs.reader.js';
import { OperatorSessions } from './operator-sessions.js';
import { OverviewReader } from './overview.reader.js';
import { PageController } from './page.controller.js';
import { PageFiles } from './page-files.js';
import { PaymentsReader } from './payments.reader.js';
import { PeopleReader } from './people.reader.js';
import { ReadOnly } from './read-only.js';
import { SearchController, StateController } from './readers.controllers.js';
import { SessionController } from './session.controller.js';
import { SupplyReader } from './supply.reader.js';

/** The operators' page and its API. Needs `Env` and `Readiness` from a global module. */
@Module({
  imports: [AdminModule, KieModule, PhotosModule],
  controllers: [PageController, SessionController, StateController, SearchController, ActionsController],
  providers: [
    ...[OperatorSessions, PageFiles, ReadOnly],
    ...[OverviewReader, FiguresReader, SupplyReader, ChecksReader],
    ...[JobsReader, PeopleReader, PaymentsReader],
  ],
})
export class ConsoleModule {
  constructor({ httpAdapter }: HttpAdapterHost) {
    addConsoleHeaders(httpAdapter);
  }
}
