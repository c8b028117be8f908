import {
  Body,
  Controller,
  Headers,
  HttpCode,
  HttpException,
  HttpStatus,
  NotFoundException,
  Param,
  Post,
  UnauthorizedException,
} from '@nestjs/common';
import { DataSource } from 'typeorm';
import { z } from 'zod';
import { Env, logger } from '../../platform/index.js';
import { parseClaimedTaskId, verifyKieSignature } from '../kie/index.js';
import { CALLBACK_PATH } from './callback-url.js';
import { JobWakeUps } from './job-wake-ups.js';
import { KieCallbacksRepository } from './kie-callbacks.repository.js';
import { KieTasksRepository } from './kie-tasks.repository.js';

const guid = z.guid();

/**
 * KIE's callback (https://docs.kie.ai/common-api/webhook-verification). The address holds the random id of a task's row;
 * the body is a hint that something happened, never what. Answered once it is kept; anything but 200 makes KIE come again.
 */
@Controller(CALLBACK_PATH)
export class KieCallbackController {
  private readonly log = logger('kie-callback');

  constructor(
    private readonly dataSource: DataSource,
    private readonly tasks: KieTasksRepository,
    private readonly callbacks: KieCallbacksRepository,
    private readonly wakeUps: JobWakeUps,
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
    const claimedTaskId = parseClaimedTaskId(body);
    this.checkSignature(claimedTaskId, timestamp, signature);
    this.log.info({ jobId: task.jobId, task: task.id, claimedTaskId }, 'KIE called back');
    const callbackId = await this.callbacks.keep(this.dataSource.manager, {
      kieTaskId: task.id,
      claimedTaskId,
    });
    if (callbackId === null) throw new HttpException('Too many claims', HttpStatus.TOO_MANY_REQUESTS);
    // It is kept, so that it may be answered even where the queue is away.
    await this.wakeUps.wakeCallback(callbackId);
    return { code: 200, msg: 'success' };
  }

  private checkSignature(taskId: string | null, timestamp = '', signature = ''): void {
    const hmacKey = this.env.KIE_WEBHOOK_HMAC_KEY;
    if (!hmacKey) return;
    const ageMaxS = this.env.KIE_WEBHOOK_AGE_MAX_S;
    const check = { taskId: taskId ?? '', timestamp, signature, hmacKey, nowS: Date.now() / 1000, ageMaxS };
    if (!verifyKieSignature(check)) throw new UnauthorizedException('Bad signature');
  }
}
