import { Controller, Get, Param, Query, Res, UseFilters, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { PhotoNotFoundError } from '../photos/index.js';
import { ChecksReader } from './checks.reader.js';
import { ConsoleErrorsFilter } from './console-errors.filter.js';
import { ConsoleError } from './console.errors.js';
import { SessionGuard } from './console.guards.js';
import { FiguresReader } from './figures.reader.js';
import { JobsReader } from './jobs.reader.js';
import { OverviewReader } from './overview.reader.js';
import { PaymentsReader } from './payments.reader.js';
import { PeopleReader } from './people.reader.js';
import {
  actionsQuerySchema,
  figuresQuerySchema,
  idSchema,
  jobsQuerySchema,
  ofPersonQuerySchema,
  paymentsQuerySchema,
  peopleQuerySchema,
} from './queries.schemas.js';
import { SupplyReader } from './supply.reader.js';

/** How the system is: for whoever is logged in, and changes nothing. */
@Controller('console/api')
@UseFilters(ConsoleErrorsFilter)
@UseGuards(SessionGuard)
export class StateController {
  constructor(
    private readonly overview: OverviewReader,
    private readonly figures: FiguresReader,
    private readonly supply: SupplyReader,
    private readonly checks: ChecksReader,
  ) {}

  @Get('overview')
  readOverview() {
    return this.overview.read();
  }

  @Get('figures')
  readFigures(@Query() query: unknown) {
    return this.figures.read(figuresQuerySchema.parse(query).period);
  }

  @Get('supply')
  readSupply() {
    return this.supply.read();
  }

  @Get('reconciliations')
  async listReconciliations() {
    return { rows: await this.checks.listReconciliations() };
  }

  @Get('audits')
  async listAudits() {
    return { rows: await this.checks.listAudits() };
  }

  @Get('operator-actions')
  listActions(@Query() query: unknown) {
    return this.checks.listActions(actionsQuerySchema.parse(query));
  }

  @Get('late-notices')
  async listLateNotices() {
    return { rows: await this.checks.listLateNotices() };
  }

  @Get('dropped-notices')
  async listDroppedNotices() {
    return { rows: await this.checks.listDroppedNotices() };
  }
}

/** Jobs, people and payments: for whoever is logged in, and changes nothing. */
@Controller('console/api')
@UseFilters(ConsoleErrorsFilter)
@UseGuards(SessionGuard)
export class SearchController {
  constructor(
    private readonly jobs: JobsReader,
    private readonly people: PeopleReader,
    private readonly payments: PaymentsReader,
  ) {}

  @Get('jobs')
  listJobs(@Query() query: unknown) {
    return this.jobs.list(jobsQuerySchema.parse(query));
  }

  @Get('jobs/:id')
  readJob(@Param('id') id: unknown) {
    return this.jobs.read(idSchema.parse(id));
  }

  /** The photo of the product; nobody else than operators reaches it. */
  @Get('jobs/:id/photo')
  async readPhoto(@Param('id') id: unknown, @Res() reply: FastifyReply): Promise<void> {
    const photo = await this.jobs.readPhoto(idSchema.parse(id)).catch((error: unknown) => {
      if (error instanceof PhotoNotFoundError) throw new ConsoleError(404, 'This photo is gone.');
      throw error;
    });
    void reply.type(photo.mimeType).send(photo.bytes);
  }

  @Get('people')
  listPeople(@Query() query: unknown) {
    return this.people.list(peopleQuerySchema.parse(query));
  }

  @Get('people/:id')
  readPerson(@Param('id') id: unknown) {
    return this.people.read(idSchema.parse(id));
  }

  @Get('people/:id/history')
  listHistory(@Param('id') id: unknown, @Query() query: unknown) {
    return this.people.listHistory(idSchema.parse(id), ofPersonQuerySchema.parse(query).after);
  }

  @Get('people/:id/jobs')
  listJobsOf(@Param('id') id: unknown, @Query() query: unknown) {
    return this.jobs.listOf(idSchema.parse(id), ofPersonQuerySchema.parse(query).after);
  }

  @Get('people/:id/payments')
  listPaymentsOf(@Param('id') id: unknown, @Query() query: unknown) {
    return this.payments.listOf(idSchema.parse(id), ofPersonQuerySchema.parse(query).after);
  }

  @Get('payments')
  listPayments(@Query() query: unknown) {
    return this.payments.list(paymentsQuerySchema.parse(query));
  }

  @Get('payments/:id')
  readPayment(@Param('id') id: unknown) {
    return this.payments.read(idSchema.parse(id));
  }
}
