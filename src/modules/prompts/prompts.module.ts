import { Module } from '@nestjs/common';
import { PhotoInspector } from './photo-inspector.js';
import { PromptHealth } from './prompt-health.js';
import { PromptsService } from './prompts.service.js';

/** Writes prompts and looks at photos. Needs `Env`, `Breakers` and TypeORM's `DataSource` from global modules. */
@Module({
  providers: [PromptHealth, PromptsService, PhotoInspector],
  exports: [PromptHealth, PromptsService, PhotoInspector],
})
export class PromptsModule {}
