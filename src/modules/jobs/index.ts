export { Job, type JobKind, type TemplateType } from './job.entity.js';
export { JobErasure } from './job-erasure.js';
export { FAILURE_REASONS, type FailureReason } from './job-lifecycle.types.js';
export { JobsBotModule } from './jobs.bot.module.js';
export { JobsModule } from './jobs.module.js';
export { JobsSchedulerModule } from './jobs.scheduler.module.js';
export { JobsService, type OrderRequest, type Product, type StartOrderResult } from './jobs.service.js';
export { JobsWorkerModule } from './jobs.worker.module.js';
export { KieTask } from './kie-task.entity.js';
