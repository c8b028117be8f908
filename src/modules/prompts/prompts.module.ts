import { Module } from '@nestjs/common';
import { PromptsService } from './prompts.service.js';

/** Writes prompts. Needs `Env` from a global module. */
@Module({ providers: [PromptsService], exports: [PromptsService] })
export class PromptsModule {}
