import {
  BadRequestException,
  Body,
  Controller,
  ForbiddenException,
  HttpCode,
  Ip,
  PayloadTooLargeException,
  Post,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, Networks } from '../../../platform/index.js';
import { PaymentInboxRepository } from '../payment-inbox.repository.js';
import { PaymentWakeUps } from '../payment-wake-ups.js';
import { parseNotification } from './yookassa-replies.schemas.js';

/** A payment object is some 2 kB. */
const BODY_BYTES_MAX = 64 * 1024;
/** A payment object has some four. */
const BODY_LEVELS_MAX = 32;

/** Where YooKassa posts, below `PUBLIC_BASE_URL`: to be set in its cabinet, Integration → HTTP notifications. */
export const YOOKASSA_WEBHOOK_PATH = 'webhooks/yookassa';

/**
 * YooKassa's notifications (https://yookassa.ru/developers/using-api/webhooks). They are not signed, so only their sender is looked
 * at, and nothing but the id is taken from them: the payment is read back. Answered 200 once it is kept; anything else makes
 * YooKassa come again for a day.
 */
@Controller(YOOKASSA_WEBHOOK_PATH)
export class YooKassaNotificationController {
  private readonly log = logger('yookassa-webhook');
  private readonly senders: Networks;
  private refused = 0;

  constructor(
    private readonly dataSource: DataSource,
    private readonly inbox: PaymentInboxRepository,
    private readonly wakeUps: PaymentWakeUps,
    env: Env,
  ) {
    this.senders = new Networks(env.YOOKASSA_SENDER_CIDRS);
  }

  /** @throws ForbiddenException for a sender from outside, BadRequestException for what is no notification, PayloadTooLargeException. */
  @Post()
  @HttpCode(200)
  async receive(@Ip() sender: string, @Body() body: unknown): Promise<{ ok: true }> {
    if (!this.senders.contains(sender)) {
      this.refused += 1;
      this.log.warn({ sender, refused: this.refused }, 'A notification from outside was refused');
      throw new ForbiddenException();
    }
    // Before anything walks through it: what is nested deeper than a stack would be our failure, and YooKassa would come again.
    const isFlat = !isNestedDeeper(body, BODY_LEVELS_MAX);
    if (isFlat && Buffer.byteLength(JSON.stringify(body ?? null)) > BODY_BYTES_MAX)
      throw new PayloadTooLargeException();
    const head = isFlat ? parseNotification(body) : null;
    if (!head) {
      this.log.warn({ sender }, 'A call that is no notification was refused');
      throw new BadRequestException();
    }
    const kept = await this.inbox.keep(this.dataSource.manager, { provider: 'yookassa', ...head, body });
    // It is kept, so that it may be answered even where the queue is away.
    await this.wakeUps.wakeKept(kept);
    return { ok: true };
  }
}

function isNestedDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => isNestedDeeper(one, levels - 1));
}
