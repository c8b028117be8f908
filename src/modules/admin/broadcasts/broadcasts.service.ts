import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { AudiencesRepository } from './audiences.repository.js';
import type { Audience, BroadcastView } from './broadcast.types.js';
import { BroadcastsRepository } from './broadcasts.repository.js';
import { DeliveriesRepository } from './deliveries.repository.js';

/** What can be asked about broadcasts. */
@Injectable()
export class BroadcastsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly broadcasts: BroadcastsRepository,
    private readonly audiences: AudiencesRepository,
    private readonly deliveries: DeliveriesRepository,
  ) {}

  /** How many people would get it now. */
  countPeople(audience: Audience): Promise<number> {
    return this.audiences.count(this.dataSource.manager, audience);
  }

  /** The one that is being sent, else the newest; null when there never was one. */
  findCurrent(): Promise<BroadcastView | null> {
    return this.broadcasts.findCurrent(this.dataSource.manager);
  }

  find(broadcastId: string): Promise<BroadcastView | null> {
    return this.broadcasts.find(this.dataSource.manager, broadcastId);
  }

  /**
   * Part of an erasure, in the caller's transaction: the person gets nothing more, it is forgotten what they got, and what was copied from
   * their chat is sent no further.
   */
  async erase(manager: EntityManager, person: { userId: string; chatId: number }): Promise<void> {
    await this.deliveries.erase(manager, person.userId);
    await this.broadcasts.forgetChat(manager, person.chatId);
  }
}
