import { Module } from '@nestjs/common';
import { TelegramClient } from './telegram.client.js';

/** The Bot API for every role that talks to people. */
@Module({ providers: [TelegramClient], exports: [TelegramClient] })
export class TelegramModule {}
