import { Module } from '@nestjs/common';
import { KieClient } from './kie.client.js';
import { KieKeys } from './kie-keys.js';

/** The client of KIE.AI. Needs `Env` from a global module. */
@Module({ providers: [KieClient, KieKeys], exports: [KieClient, KieKeys] })
export class KieModule {}
