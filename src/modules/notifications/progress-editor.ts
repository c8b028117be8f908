import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, type HandlerResult } from '../../platform/index.js';
import { SendHandlers, TelegramClient, TelegramError, type Send } from '../telegram/index.js';
import { ProgressMessage } from './progress-message.entity.js';
import { RecipientsService } from './recipients.service.js';
import { progressScreen } from './screens.js';
import type { ProgressLine } from './progress.types.js';

/** Edits progress messages: only on a change, never closer than the interval, and the last state always. */
@Injectable()
export class ProgressEditor implements OnModuleInit {
  private readonly log = logger('progress');

  constructor(
    private readonly dataSource: DataSource,
    private readonly recipients: RecipientsService,
    private readonly telegram: TelegramClient,
    private readonly handlers: SendHandlers,
    private readonly env: Env,
  ) {}

  onModuleInit(): void {
    this.handlers.register('progress', (send) => this.edit(send));
  }

  private async edit({ id: orderId }: Send): Promise<HandlerResult> {
    const message = await this.dataSource.manager.findOneBy(ProgressMessage, { orderId });
    if (!message?.wanted || !message.messageId || message.closedAt) return;
    const over = message.wanted.every(isOver);
    if (JSON.stringify(message.wanted) === JSON.stringify(message.shown)) return;
    const waitMs = await this.waitMs(orderId);
    // A finished order shows its summary at once: nobody waits for a line that says "done".
    if (waitMs > 0 && !over) return { againInMs: waitMs };
    return this.show(message, message.wanted, over);
  }

  private async show(message: ProgressMessage, lines: ProgressLine[], over: boolean): Promise<HandlerResult> {
    const { language } = await this.recipients.get(message.userId);
    try {
      const outcome = await this.telegram.editMessage(
        Number(message.chatId),
        Number(message.messageId),
        progressScreen(language, lines),
      );
      // A change that came meanwhile found this job in the queue and added nothing: look once more.
      const changed = await this.save(message.orderId, lines, over || outcome === 'gone');
      return changed ? { againInMs: this.env.PROGRESS_EDIT_INTERVAL_MS } : undefined;
    } catch (error) {
      if (!(error instanceof TelegramError)) throw error;
      if (error.meaning === 'rate_limited')
        return { againInMs: error.retryAfterMs ?? this.env.PROGRESS_EDIT_INTERVAL_MS };
      // Progress is a courtesy: an edit that fails is dropped, the result itself comes as a message of its own.
      this.log.warn({ err: error, orderId: message.orderId }, 'A progress message was not edited');
      if (!error.retryable) await this.save(message.orderId, lines, true);
      return undefined;
    }
  }

  /** Remembers what is shown. Returns whether something else is wanted by now. */
  private async save(orderId: string, lines: ProgressLine[], closed: boolean): Promise<boolean> {
    const [rows] = await this.dataSource.query<[{ changed: boolean }[], number]>(
      `update progress_messages set shown = $2, edited_at = clock_timestamp(),
              closed_at = case when $3 then clock_timestamp() end
        where order_id = $1 and closed_at is null
        returning closed_at is null and wanted is distinct from shown as changed`,
      [orderId, JSON.stringify(lines), closed],
    );
    return rows[0]?.changed ?? false;
  }

  private async waitMs(orderId: string): Promise<number> {
    const [row] = await this.dataSource.query<{ wait_ms: number | null }[]>(
      `select ceil(extract(epoch from edited_at + $2 * interval '1 ms' - clock_timestamp()) * 1000)::int as wait_ms
         from progress_messages where order_id = $1`,
      [orderId, this.env.PROGRESS_EDIT_INTERVAL_MS],
    );
    return Math.max(0, row?.wait_ms ?? 0);
  }
}

function isOver(line: ProgressLine): boolean {
  return line.stage === 'completed' || line.stage === 'failed';
}
