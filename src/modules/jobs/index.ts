export { Job, type JobKind, type TemplateType } from './job.entity.js';
export { JobErasure } from './job-erasure.js';
export { JobRepairs, type MadeAgain, type RepairOutcome, type RepairRecord } from './job-repairs.js';
export { FAILURE_REASONS, type FailureReason } from './job-lifecycle.types.js';
export { JobsBotModule } from './jobs.bot.module.js';
export { JobsModule } from './jobs.module.js';
export { JobsSchedulerModule } from './jobs.scheduler.module.js';
export { JobsService } from './jobs.service.js';
export { JobsWorkerModule } from './jobs.worker.module.js';
export { PhotoLook } from './photo-look.entity.js';
export type { PhotoLookAdvice } from './photo-look.rules.js';
export { KieTask } from './kie-task.entity.js';
export { OrderCancellation, type CancelResult } from './order-cancellation.js';
export { OrderChecks } from './order-checks.js';
export type { OrderText } from './order-check.rules.js';
export { OrderTerms } from './order-terms.js';
export type {
  OfferedModel,
  OrderOwner,
  OrderRefusal,
  OrderRequest,
  Product,
  RepeatableProduct,
  StartOrderResult,
} from './order.types.js';
export { ParkedVideos } from './parked-videos.js';
export { PersonVideos, type VideosPage } from './person-videos.js';
export type { VideoView } from './video-view.rules.js';
