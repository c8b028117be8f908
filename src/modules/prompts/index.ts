export { PhotoInspector, type PhotoSight } from './photo-inspector.js';
export { listModelIds, type ModelList } from './model-list.js';
export { PromptHealth, type RefusingProvider } from './prompt-health.js';
export { PromptsModule } from './prompts.module.js';
export { PromptsService } from './prompts.service.js';
export { TextInspector } from './text-inspector.js';
export { cutAtSentence } from './prompt-text.rules.js';
export type {
  PromptKind,
  PromptRequest,
  PromptSource,
  PromptTemplate,
  WrittenPrompt,
} from './prompt.types.js';
