export { FakeKie, SANDBOX_KIE_CREDITS, SANDBOX_KIE_KEY, SANDBOX_KIE_SPARE_KEY } from './fake-kie.js';
export type { FakeKieOptions, KieSettingsChange } from './fake-kie.js';
export type { KeyState } from './kie-accounts.js';
export { KIE_TEXTS } from './kie-answers.js';
export type { UploadRecord } from './kie-files.js';
export { KIE_MODEL_ROWS, KIE_PAUSED_MODELS, VEO_CREDITS } from './kie-models.data.js';
export type { CallbackMode, Ending, ResultMode, TaskScript } from './kie-script.js';
export type { CallbackRecord, KieTaskView, TaskDefaults } from './kie-tasks.js';
export type { FaultRoute, WireFault } from './kie-wire.js';
