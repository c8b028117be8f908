import { Module } from '@nestjs/common';
import { PhotoInspector } from './photo-inspector.js';
import { PromptsService } from './prompts.service.js';

/** Writes prompts and looks at photos. Needs `Env` from a global module. */
@Module({ providers: [PromptsService, PhotoInspector], exports: [PromptsService, PhotoInspector] })
export class PromptsModule {}
