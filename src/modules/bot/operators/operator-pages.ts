import { Injectable } from '@nestjs/common';
import { Env } from '../../../platform/index.js';
import {
  broadcastScreen,
  BroadcastsService,
  Lookups,
  TodayFiguresReader,
  type Who,
} from '../../admin/index.js';
import {
  encodeCallback,
  translate,
  translatePlain,
  type Language,
  type OutgoingMessage,
} from '../../telegram/index.js';
import type { User } from '../../users/index.js';
import { menuButton } from '../screens/buttons.js';
import { figuresScreen } from './figures.screen.js';
import { jobScreen } from './job-look.screen.js';
import type { OperatorVoice } from './operator-names.js';
import { movementsScreen, namesakesScreen, personScreen } from './person-look.screen.js';
import type { MissingFacts } from './wish-facts.types.js';
import { operatorTextScreen } from './wish.screen.js';

/** What operators look at. */
@Injectable()
export class OperatorPages {
  constructor(
    private readonly lookups: Lookups,
    private readonly figures: TodayFiguresReader,
    private readonly broadcasts: BroadcastsService,
    private readonly env: Env,
  ) {}

  voiceIn(language: Language): OperatorVoice {
    return { language, timeZone: this.env.TIME_ZONE };
  }

  async today(language: Language): Promise<OutgoingMessage> {
    return figuresScreen(this.voiceIn(language), await this.figures.read());
  }

  /** The one person who is meant, or what is said where there is not exactly one. */
  async findOne(language: Language, who: Who): Promise<{ user: User } | { instead: OutgoingMessage }> {
    const people = await this.lookups.findPeople(who);
    const [user] = people;
    if (!user) return { instead: this.missing(language, 'person') };
    if (people.length > 1) return { instead: namesakesScreen(this.voiceIn(language), people) };
    return { user };
  }

  async person(language: Language, who: Who): Promise<OutgoingMessage> {
    const found = await this.findOne(language, who);
    if ('instead' in found) return found.instead;
    const look = await this.lookups.person(found.user.id);
    return look ? personScreen(this.voiceIn(language), look) : this.missing(language, 'person');
  }

  async statement(language: Language, userId: string): Promise<OutgoingMessage> {
    const [user] = await this.lookups.findPeople({ userId });
    if (!user) return this.missing(language, 'person');
    return movementsScreen(this.voiceIn(language), user, await this.lookups.statement(userId));
  }

  async job(language: Language, jobId: string): Promise<OutgoingMessage> {
    const look = await this.lookups.job(jobId);
    return look ? jobScreen(this.voiceIn(language), look) : this.missing(language, 'job');
  }

  /** How the broadcast gets on, with the way to a new one where none is being sent. */
  async broadcast(language: Language): Promise<OutgoingMessage> {
    const broadcast = await this.broadcasts.findCurrent();
    if (broadcast) return broadcastScreen(language, broadcast);
    const text = translatePlain(language, 'broadcast.button.new');
    return {
      text: translate(language, 'operator.no_broadcast'),
      keyboard: [[{ text, callback: encodeCallback('op_broadcast_new') }], [menuButton(language)]],
    };
  }

  missing(language: Language, what: MissingFacts): OutgoingMessage {
    const keys = {
      person: 'operator.person.missing',
      job: 'operator.job.missing',
      payment: 'operator.payment_missing',
      running: 'operator.broadcast_missing',
    } as const;
    return operatorTextScreen(language, translate(language, keys[what]));
  }
}
