import { createHash } from 'node:crypto';
import {
  Body,
  Controller,
  Headers,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Env, logger, Queues, QueueUnavailableError } from '../../platform/index.js';
import { parseKieCallback, verifyKieSignature } from '../kie/index.js';
import { CALLBACK_PATH } from './callback-url.js';
import { KieTasksRepository } from './kie-tasks.repository.js';
import { checkCallbackQueue, type CallbackHint } from './wake-ups.queue.js';

const guid = z.guid();

/**
 * KIE's callback (https://docs.kie.ai/common-api/webhook-verification). The address holds the random id of a task's row;
 * the body is a hint that something happened, never what. Answered once the hint is queued; 503 makes KIE come again.
 */
@Controller(CALLBACK_PATH)
export class KieCallbackController {
  private readonly log = logger('kie-callback');

  constructor(
    private readonly dataSource: DataSource,
    private readonly tasks: KieTasksRepository,
    private readonly queues: Queues,
    private readonly env: Env,
  ) {}

  @Post(':taskRowId')
  @HttpCode(200)
  async receive(
    @Param('taskRowId') taskRowId: string,
    @Body() body: unknown,
    @Headers('x-webhook-timestamp') timestamp: string | undefined,
    @Headers('x-webhook-signature') signature: string | undefined,
  ): Promise<{ code: 200; msg: 'success' }> {
    const task = guid.safeParse(taskRowId).success
      ? await this.tasks.find(this.dataSource.manager, taskRowId)
      : null;
    if (!task) throw new NotFoundException('No such task');
    const claimedTaskId = parseKieCallback(body)?.taskId ?? null;
    this.checkSignature(claimedTaskId, timestamp, signature);
    this.log.info({ jobId: task.jobId, task: task.id, claimedTaskId }, 'KIE called back');
    await this.remember({ taskRowId: task.id, claimedTaskId });
    return { code: 200, msg: 'success' };
  }

  private async remember(hint: CallbackHint): Promise<void> {
    // What is claimed is part of the id: a wrong claim that still waits must not stand in the way of a right one.
    const claim = createHash('sha256')
      .update(hint.claimedTaskId ?? '')
      .digest('hex')
      .slice(0, 12);
    try {
      await this.queues.add(checkCallbackQueue, { id: `callback-${hint.taskRowId}-${claim}`, payload: hint });
    } catch (error) {
      if (!(error instanceof QueueUnavailableError)) throw error;
      throw new ServiceUnavailableException('Come again', { cause: error });
    }
  }

  private checkSignature(taskId: string | null, timestamp = '', signature = ''): void {
    const hmacKey = this.env.KIE_WEBHOOK_HMAC_KEY;
    if (!hmacKey) return;
    const ageMaxS = this.env.KIE_WEBHOOK_AGE_MAX_S;
    const check = { taskId: taskId ?? '', timestamp, signature, hmacKey, nowS: Date.now() / 1000, ageMaxS };
    if (!verifyKieSignature(check)) throw new UnauthorizedException('Bad signature');
  }
}
