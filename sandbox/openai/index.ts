export { FakeOpenAi, SANDBOX_OPENAI_KEY } from './fake-openai.js';
export type { FakeOpenAiOptions } from './fake-openai.js';
export type { OpenAiRequestRecord } from './openai-desk.js';
export type { OpenAiFault, OpenAiFaultKind, OpenAiRoute } from './openai-faults.js';
export type { ScriptedSight } from './openai-sight.rules.js';
export { OPENAI_MODEL_ROWS } from './openai-models.data.js';
