import { Injectable } from '@nestjs/common';
import {
  BroadcastActions,
  JobActions,
  PaymentActions,
  ServiceActions,
  UserActions,
  type ActionResult,
  type OperatorRequest,
} from '../../admin/index.js';
import type { OperatorState } from './operator.schemas.js';

/** Who has confirmed, and where. */
export interface Confirmed {
  /** Telegram's id of the operator, also of the chat. */
  chatId: number;
  /** The message with the button. */
  messageId: number | null;
}

/** Does what an operator has confirmed: once for each key, however often it is tapped or the update comes. */
@Injectable()
export class OperatorDeeds {
  constructor(
    private readonly users: UserActions,
    private readonly jobs: JobActions,
    private readonly payments: PaymentActions,
    private readonly service: ServiceActions,
    private readonly broadcasts: BroadcastActions,
  ) {}

  perform({ key, reason, wish }: OperatorState, { chatId, messageId }: Confirmed): Promise<ActionResult> {
    const request: OperatorRequest = { operator: `telegram:${chatId}`, reason: reason ?? '', key };
    const progress = messageId === null ? null : { chatId, messageId };
    switch (wish.kind) {
      case 'grant':
        return this.users.grant(request, wish.userId, wish.credits ?? 0);
      case 'ban':
        return this.users.ban(request, wish.userId);
      case 'unban':
        return this.users.unban(request, wish.userId);
      case 'refund':
        return this.payments.refund(request, wish.paymentId, wish.kopecks ?? undefined);
      case 'job_fail':
        return this.jobs.fail(request, wish.jobId);
      case 'job_send':
        return this.jobs.sendAgain(request, wish.jobId);
      case 'job_make':
        return this.jobs.makeAgain(request, wish.jobId);
      case 'switch':
        return this.service.turnSwitch(request, wish.name, wish.on);
      case 'broadcast': {
        const message = { chatId, messageId: wish.messageId ?? 0, button: wish.button };
        return this.broadcasts.start(request, { id: key, message, audience: wish.audience, progress });
      }
      case 'bc_stop':
        return this.broadcasts.stop(request, wish.broadcastId);
      case 'bc_go_on':
        return this.broadcasts.goOn(request, wish.broadcastId, progress);
    }
  }
}
