import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Env, logger, Metrics, startTimer, toError } from '../../platform/index.js';
import { PhotosService } from '../photos/index.js';
import { PromptsService } from '../prompts/index.js';
import { JobCostsRepository } from './job-costs.repository.js';
import { JobTransitions } from './job-transitions.js';
import type { Job } from './job.entity.js';
import { JobsRepository } from './jobs.repository.js';
import { STEP_SECONDS } from './jobs.metrics.js';
import { agreedOf, VideoModels } from './video-models.js';
import type { WakeUp } from './wake-ups.queue.js';

/** `PromptsService.write` takes two timeouts at most. */
const TIMEOUTS_MAX = 2;
/** Reading the photo, which may be far away, and what is noted of the providers. */
const LEASE_GRACE_MS = 20_000;

/** The step `prompt`: words for the video model, from whatever writes them first. */
@Injectable()
export class WritePromptService {
  private readonly log = logger('write-prompt');

  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobsRepository,
    private readonly transitions: JobTransitions,
    private readonly prompts: PromptsService,
    private readonly photos: PhotosService,
    private readonly costs: JobCostsRepository,
    private readonly models: VideoModels,
    private readonly metrics: Metrics,
    private readonly env: Env,
  ) {}

  async run({ jobId, wakeNumber }: WakeUp): Promise<void> {
    const leaseMs = this.env.OPENAI_TIMEOUT_MS * TIMEOUTS_MAX + LEASE_GRACE_MS;
    const step = { jobId, step: 'prompt', wakeNumber, leaseMs } as const;
    const job = await this.jobs.beginStep(this.dataSource.manager, step);
    if (!job) return;
    const timer = startTimer();
    const written = await this.prompts.write({
      template: job.template,
      kind: job.kind,
      productText: job.promptInput,
      wishes: job.options.wishes,
      language: job.options.language ?? 'ru',
      photo: await this.photoOf(job),
      promptMaxLength: this.models.promptMaxLength(agreedOf(job)),
      position: job.position,
      safetyId: job.userId,
    });
    // The template stands behind every failure of those who write, so that there is none.
    this.metrics.observe(STEP_SECONDS, { step: 'prompt', outcome: 'done' }, timer());
    const { prompt, source, tokensIn, tokensOut, ...rest } = written;
    const tokens = tokensIn === undefined || tokensOut === undefined ? null : { tokensIn, tokensOut };
    await this.costs.addTokens(this.dataSource.manager, jobId, tokens);
    await this.transitions.report(
      jobId,
      { kind: 'prompt_written' },
      {
        wakeNumber,
        changes: { prompt, prompt_source: source },
        details: { source, ...tokens, ...rest },
      },
    );
  }

  /** The writer does well without the photo, so one that cannot be read here is no reason to stop. */
  private async photoOf(job: Job) {
    if (!job.photoPath || job.template === 'self') return undefined;
    try {
      return await this.photos.read(job.photoPath);
    } catch (error) {
      this.log.warn({ err: toError(error), jobId: job.id }, 'The prompt is written without the photo');
      return undefined;
    }
  }
}
