import { Module } from '@nestjs/common';
import { PhotoInspector } from './photo-inspector.js';
import { PromptHealth } from './prompt-health.js';
import { PromptsService } from './prompts.service.js';
import { TextInspector } from './text-inspector.js';

/** Writes prompts and looks at photos and texts. Needs `Env`, `Breakers` and TypeORM's `DataSource` from global modules. */
@Module({
  providers: [PromptHealth, PromptsService, PhotoInspector, TextInspector],
  exports: [PromptHealth, PromptsService, PhotoInspector, TextInspector],
})
export class PromptsModule {}
