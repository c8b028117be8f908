import { Body, Controller, HttpCode, Post, UseFilters, UseGuards } from '@nestjs/common';
import {
  JobActions,
  PaymentActions,
  ServiceActions,
  UserActions,
  type ActionResult,
  type OperatorRequest,
} from '../admin/index.js';
import { wishSchema, type Wish } from './actions.schemas.js';
import { ConsoleErrorsFilter } from './console-errors.filter.js';
import { Operator, OwnPageGuard, SessionGuard } from './console.guards.js';
import type { ActionAnswer } from './protocol.js';

/** What operators do: for whoever is logged in, by our own page. Everything goes through `admin`, which records it. */
@Controller('console/api')
@UseFilters(ConsoleErrorsFilter)
@UseGuards(OwnPageGuard, SessionGuard)
export class ActionsController {
  constructor(
    private readonly jobs: JobActions,
    private readonly users: UserActions,
    private readonly payments: PaymentActions,
    private readonly service: ServiceActions,
  ) {}

  /** What changed nothing is an answer like another: `outcome` says why. */
  @Post('actions')
  @HttpCode(200)
  async act(@Operator() name: string, @Body() body: unknown): Promise<ActionAnswer> {
    const wish = wishSchema.parse(body);
    const request = { operator: `console:${name}`, reason: wish.reason, key: wish.key };
    return this.perform(wish, request);
  }

  private perform(wish: Wish, request: OperatorRequest): Promise<ActionResult> {
    switch (wish.action) {
      case 'job_failed':
        return this.jobs.fail(request, wish.subject);
      case 'job_sent_again':
        return this.jobs.sendAgain(request, wish.subject);
      case 'job_made_again':
        return this.jobs.makeAgain(request, wish.subject);
      case 'credits_granted':
        return this.users.grant(request, wish.subject, wish.credits);
      case 'user_banned':
        return this.users.ban(request, wish.subject);
      case 'user_unbanned':
        return this.users.unban(request, wish.subject);
      case 'payment_checked':
        return this.payments.check(request, wish.subject);
      case 'payment_refunded':
        return this.payments.refund(request, wish.subject, wish.amount);
      case 'payment_settled':
        return this.payments.settle(request, wish.subject);
      case 'kie_key_set_aside':
        return this.service.setKeyAside(request, wish.subject);
      case 'kie_key_brought_back':
        return this.service.bringKeyBack(request, wish.subject);
      case 'model_set_aside':
        return this.service.setModelAside(request, wish.subject);
      case 'model_brought_back':
        return this.service.bringModelBack(request, wish.subject);
      case 'switch_on':
      case 'switch_off':
        return this.service.turnSwitch(request, wish.subject, wish.action === 'switch_on');
    }
  }
}
