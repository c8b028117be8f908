export { KieModule, KieSchedulerModule } from './kie.module.js';
export { KieClient, type CreateTaskRequest, type PhotoUpload } from './kie.client.js';
export { KieKey, KieKeys } from './kie-keys.js';
export { KieBalance } from './kie-balance.entity.js';
export { KieBalances, type LowBalances } from './kie-balances.js';
export { KieCreationSlots, type CreationSlot } from './kie-creation-slots.js';
export { KieKeyHealth } from './kie-key-health.js';
export { KieModelHealth, type SetAsideModel } from './kie-model-health.js';
export { KieParkedKey } from './kie-parked-key.entity.js';
export { KieInputError } from './kie.errors.js';
export { findModel, KIE_MODELS, type KieModel } from './kie-models.rules.js';
export { chooseModels, type ModelChoice, type ModelSettings } from './model-choice.rules.js';
export { classifyKieAnswer, classifyTaskFailure } from './kie-errors.rules.js';
export { parseClaimedTaskId } from './kie-replies.schemas.js';
export { verifyKieSignature, type SignatureCheck } from './kie-signature.js';
export type {
  CreateOutcome,
  CreditsReading,
  ErrorClass,
  KieAction,
  KieFailureReason,
  KieRaw,
  KieRefusal,
  KieTaskParam,
  KieVerdict,
  TaskReading,
  UploadOutcome,
} from './kie.types.js';
