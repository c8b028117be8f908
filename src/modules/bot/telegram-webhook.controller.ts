import {
  BadRequestException,
  Body,
  Controller,
  Headers,
  HttpCode,
  Inject,
  Post,
  Res,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Update } from 'telegraf/types';
import { Env, isSameSecret, logger } from '../../platform/index.js';
import { updateSchema } from './incoming-updates.js';
import { UpdateIntake } from './update-intake.js';

/** Where Telegram posts updates, below `PUBLIC_BASE_URL`. */
export const WEBHOOK_PATH = '/telegram/webhook';

/** The address that Telegram is told in webhook mode. */
export function webhookUrl({ PUBLIC_BASE_URL: baseUrl = '' }: Pick<Env, 'PUBLIC_BASE_URL'>): string {
  return `${baseUrl}${WEBHOOK_PATH}`;
}

/**
 * Telegram's updates (https://core.telegram.org/bots/api#setwebhook). Answered 200 once the update is over, so that it counts as
 * delivered only with its effect; 503 makes Telegram bring it again.
 */
@Controller('telegram')
export class TelegramWebhookController {
  private readonly log = logger('webhook');

  constructor(
    private readonly intake: UpdateIntake,
    @Inject(Env) private readonly settings: Pick<Env, 'WEBHOOK_SECRET_TOKEN'>,
  ) {}

  /** @throws UnauthorizedException for a wrong or missing secret, BadRequestException for what is no update. */
  @Post('webhook')
  @HttpCode(200)
  async receive(
    @Headers('x-telegram-bot-api-secret-token') secret: string | undefined,
    @Body() body: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ ok: boolean }> {
    if (!isSameSecret(secret, this.settings.WEBHOOK_SECRET_TOKEN)) {
      this.log.warn({ hasSecret: secret !== undefined }, 'A webhook call without our secret was refused');
      throw new UnauthorizedException();
    }
    const parsed = updateSchema.safeParse(body);
    if (!parsed.success) {
      const fields = parsed.error.issues.map((issue) => issue.path.join('.'));
      this.log.warn({ fields }, 'A webhook call that is no update was refused');
      throw new BadRequestException();
    }
    const outcome = await this.intake.accept(body as Update);
    if (outcome.kind === 'done') return { ok: true };
    void reply.status(503).header('Retry-After', Math.max(1, Math.ceil(outcome.afterMs / 1000)));
    return { ok: false };
  }
}
