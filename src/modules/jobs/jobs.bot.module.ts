import { Module } from '@nestjs/common';
import { JobsModule } from './jobs.module.js';
import { KieCallbackBodies } from './kie-callback.bodies.js';
import { KieCallbackController } from './kie-callback.controller.js';

/** The bot role's part: the public route of KIE's callback. */
@Module({ imports: [JobsModule], controllers: [KieCallbackController], providers: [KieCallbackBodies] })
export class JobsBotModule {}
