import { Processor } from '@nestjs/bullmq';
import {
  Env,
  QueueConnection,
  QueueProcessor,
  WORKER_OPTIONS,
  type HandlerResult,
} from '../../platform/index.js';
import { CheckCallbackService } from './check-callback.service.js';
import { CreateTaskService } from './create-task.service.js';
import { lookAtPhotoQueue, type PhotoToLookAt } from './look-at-photo.queue.js';
import { LookAtPhotoService } from './look-at-photo.service.js';
import { PollTaskService } from './poll-task.service.js';
import {
  checkCallbackQueue,
  createTaskQueue,
  pollTaskQueue,
  writePromptQueue,
  type CallbackToCheck,
  type WakeUp,
} from './wake-ups.queue.js';
import { WritePromptService } from './write-prompt.service.js';

/** The look at a product photo, before there is a job. */
@Processor(lookAtPhotoQueue.name, WORKER_OPTIONS)
export class LookAtPhotoProcessor extends QueueProcessor<PhotoToLookAt> {
  protected readonly contract = lookAtPhotoQueue;

  constructor(
    env: Env,
    connection: QueueConnection,
    private readonly step: LookAtPhotoService,
  ) {
    super(env, connection);
  }

  protected handle(photo: PhotoToLookAt): Promise<HandlerResult> {
    return this.step.run(photo);
  }
}

/** Step `prompt`. */
@Processor(writePromptQueue.name, WORKER_OPTIONS)
export class WritePromptProcessor extends QueueProcessor<WakeUp> {
  protected readonly contract = writePromptQueue;

  constructor(
    env: Env,
    connection: QueueConnection,
    private readonly step: WritePromptService,
  ) {
    super(env, connection);
  }

  protected handle(wakeUp: WakeUp): Promise<HandlerResult> {
    return this.step.run(wakeUp);
  }
}

/** Step `create`. */
@Processor(createTaskQueue.name, WORKER_OPTIONS)
export class CreateTaskProcessor extends QueueProcessor<WakeUp> {
  protected readonly contract = createTaskQueue;

  constructor(
    env: Env,
    connection: QueueConnection,
    private readonly step: CreateTaskService,
  ) {
    super(env, connection);
  }

  protected handle(wakeUp: WakeUp): Promise<HandlerResult> {
    return this.step.run(wakeUp);
  }
}

/** Step `generate`, by the clock. */
@Processor(pollTaskQueue.name, WORKER_OPTIONS)
export class PollTaskProcessor extends QueueProcessor<WakeUp> {
  protected readonly contract = pollTaskQueue;

  constructor(
    env: Env,
    connection: QueueConnection,
    private readonly step: PollTaskService,
  ) {
    super(env, connection);
  }

  protected handle(wakeUp: WakeUp): Promise<HandlerResult> {
    return this.step.run(wakeUp);
  }
}

/** Step `generate`, by KIE's callback. */
@Processor(checkCallbackQueue.name, WORKER_OPTIONS)
export class CheckCallbackProcessor extends QueueProcessor<CallbackToCheck> {
  protected readonly contract = checkCallbackQueue;

  constructor(
    env: Env,
    connection: QueueConnection,
    private readonly step: CheckCallbackService,
  ) {
    super(env, connection);
  }

  protected handle(callback: CallbackToCheck): Promise<HandlerResult> {
    return this.step.run(callback);
  }
}
