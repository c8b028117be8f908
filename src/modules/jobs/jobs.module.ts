import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { QueuesModule } from '../../platform/index.js';
import { CreditsModule } from '../credits/index.js';
import { KieModule } from '../kie/index.js';
import { NotificationsModule } from '../notifications/index.js';
import { PhotosModule } from '../photos/index.js';
import { PromptsModule } from '../prompts/index.js';
import { SendsModule } from '../telegram/index.js';
import { DueJobsRepository } from './due-jobs.repository.js';
import { JobCostsRepository } from './job-costs.repository.js';
import { JobErasure } from './job-erasure.js';
import { JobRepairs } from './job-repairs.js';
import { JobTransitions } from './job-transitions.js';
import { JobWakeUps } from './job-wake-ups.js';
import { Job } from './job.entity.js';
import { JobsRepository } from './jobs.repository.js';
import { JobsService } from './jobs.service.js';
import { KieCallback } from './kie-callback.entity.js';
import { KieCallbacksRepository } from './kie-callbacks.repository.js';
import { KieTask } from './kie-task.entity.js';
import { KieTasksRepository } from './kie-tasks.repository.js';
import { OrderCancellation } from './order-cancellation.js';
import { OrderChecks } from './order-checks.js';
import { OrderProgress } from './order-progress.js';
import { OrderTerms } from './order-terms.js';
import { ParkedVideos } from './parked-videos.js';
import { PersonVideos } from './person-videos.js';
import { RecentTimes } from './recent-times.js';
import { StandingsRepository } from './standings.repository.js';
import { lookAtPhotoQueue } from './look-at-photo.queue.js';
import { PhotoLook } from './photo-look.entity.js';
import { PhotoLooks } from './photo-looks.js';
import { PhotoLooksRepository } from './photo-looks.repository.js';
import { VideoModels } from './video-models.js';
import { VideosRepository } from './videos.repository.js';
import { checkCallbackQueue, createTaskQueue, pollTaskQueue, writePromptQueue } from './wake-ups.queue.js';

const QUEUES = [lookAtPhotoQueue, writePromptQueue, createTaskQueue, pollTaskQueue, checkCallbackQueue];

/** What every role needs of the jobs: ordering them, moving them, waking them. */
@Module({
  imports: [
    TypeOrmModule.forFeature([Job, KieTask, KieCallback, PhotoLook]),
    QueuesModule.forContracts(...QUEUES),
    CreditsModule,
    KieModule,
    NotificationsModule,
    PhotosModule,
    PromptsModule,
    SendsModule,
  ],
  providers: [
    JobsRepository,
    DueJobsRepository,
    KieTasksRepository,
    KieCallbacksRepository,
    PhotoLooksRepository,
    JobCostsRepository,
    VideoModels,
    StandingsRepository,
    VideosRepository,
    RecentTimes,
    OrderProgress,
    PhotoLooks,
    OrderChecks,
    JobWakeUps,
    JobTransitions,
    PersonVideos,
    ParkedVideos,
    OrderCancellation,
    OrderTerms,
    JobsService,
    JobErasure,
    JobRepairs,
  ],
  exports: [
    JobsRepository,
    DueJobsRepository,
    KieTasksRepository,
    KieCallbacksRepository,
    PhotoLooksRepository,
    JobCostsRepository,
    VideoModels,
    OrderProgress,
    JobWakeUps,
    JobTransitions,
    PersonVideos,
    ParkedVideos,
    OrderCancellation,
    OrderTerms,
    OrderChecks,
    PhotoLooks,
    JobsService,
    JobErasure,
    JobRepairs,
  ],
})
export class JobsModule {}
