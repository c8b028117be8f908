export { PhotoErasure } from './photo-erasure.js';
export type { PhotoStore } from './photo-store.js';
export { PhotoRetention } from './photo-retention.js';
export { PhotosBotModule, PhotosModule, PhotosSchedulerModule } from './photos.module.js';
export { PhotosService, type PhotoIntake } from './photos.service.js';
export { PhotoBrokenError, PhotoNotFoundError, PhotoPathError, PhotosAwayError } from './photos.errors.js';
export type { PhotoFraming } from './photo-frame.rules.js';
export type { PhotoProblem } from './photo-checks.rules.js';
export type { PhotoAdvice } from './photo-quality.rules.js';
