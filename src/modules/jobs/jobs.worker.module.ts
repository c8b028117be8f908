import { Module } from '@nestjs/common';
import { KieModule } from '../kie/index.js';
import { NotificationsModule } from '../notifications/index.js';
import { PhotosModule } from '../photos/index.js';
import { PromptsModule } from '../prompts/index.js';
import { SendsModule, TelegramModule } from '../telegram/index.js';
import { CheckCallbackService } from './check-callback.service.js';
import { CreateTaskService } from './create-task.service.js';
import { CreationReports } from './creation-reports.js';
import { DeliverVideoService } from './deliver-video.service.js';
import { FinishedVideos } from './finished-videos.js';
import { JobsModule } from './jobs.module.js';
import { LookAtPhotoService } from './look-at-photo.service.js';
import { PhotoLinks } from './photo-links.js';
import { PollTaskService } from './poll-task.service.js';
import {
  CheckCallbackProcessor,
  CreateTaskProcessor,
  LookAtPhotoProcessor,
  PollTaskProcessor,
  WritePromptProcessor,
} from './processors.js';
import { TaskReadings } from './task-readings.js';
import { TaskRefusals } from './task-refusals.js';
import { TaskStarts } from './task-starts.js';
import { VideoDownload } from './video-download.js';
import { WritePromptService } from './write-prompt.service.js';

/** The worker's part: the steps and their processors. Processors live here only, so that no other role takes work. */
@Module({
  imports: [
    JobsModule,
    KieModule,
    NotificationsModule,
    PhotosModule,
    PromptsModule,
    SendsModule,
    TelegramModule,
  ],
  providers: [
    LookAtPhotoService,
    WritePromptService,
    PhotoLinks,
    TaskStarts,
    TaskRefusals,
    CreationReports,
    CreateTaskService,
    TaskReadings,
    PollTaskService,
    CheckCallbackService,
    DeliverVideoService,
    VideoDownload,
    FinishedVideos,
    LookAtPhotoProcessor,
    WritePromptProcessor,
    CreateTaskProcessor,
    PollTaskProcessor,
    CheckCallbackProcessor,
  ],
})
export class JobsWorkerModule {}
