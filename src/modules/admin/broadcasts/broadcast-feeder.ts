import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Env, logger, runInTransaction, type HandlerResult } from '../../../platform/index.js';
import { AudiencesRepository } from './audiences.repository.js';
import { BroadcastReports } from './broadcast-reports.js';
import { BroadcastWakeUps } from './broadcast-wake-ups.js';
import type { Broadcast } from './broadcast.entity.js';
import { BroadcastsRepository } from './broadcasts.repository.js';
import { DeliveriesRepository, type Bell } from './deliveries.repository.js';
import type { FeedBroadcast } from './feed-broadcast.queue.js';

/** How much longer than its call a send can take before it must have been killed. */
const LEASE_ABOVE_TIMEOUT_MS = 15_000;
const SECOND_MS = 1_000;

/** What one look came to. */
type Look =
  | { kind: 'over' }
  | { kind: 'paused'; pauseMs: number }
  | { kind: 'fed'; bells: Bell[]; isShowDue: boolean }
  | { kind: 'done'; noticeIds: string[] };

/**
 * Keeps a broadcast going: each look lists the next people and has no more queued than may be sent until the next look, so that a stop is
 * prompt. All that it knows stands in the database: whichever worker looks next goes on from there.
 */
@Injectable()
export class BroadcastFeeder {
  private readonly log = logger('broadcasts');
  /** Open deliveries at most. */
  private readonly openMax: number;
  private readonly leaseMs: number;

  constructor(
    private readonly dataSource: DataSource,
    private readonly broadcasts: BroadcastsRepository,
    private readonly audiences: AudiencesRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly reports: BroadcastReports,
    private readonly wakeUps: BroadcastWakeUps,
    private readonly env: Env,
  ) {
    const perLook = (env.BROADCAST_SENDS_PER_SECOND_MAX * env.BROADCAST_LOOK_INTERVAL_MS) / SECOND_MS;
    this.openMax = Math.max(1, Math.floor(perLook));
    this.leaseMs = env.TELEGRAM_TIMEOUT_MS + LEASE_ABOVE_TIMEOUT_MS;
  }

  /** One look; a wake-up that is an old one, or of a broadcast that is not being sent, ends. */
  async feed({ broadcastId, wakeNumber }: FeedBroadcast): Promise<HandlerResult> {
    const look = await runInTransaction(this.dataSource, (manager) =>
      this.look(manager, broadcastId, wakeNumber),
    );
    switch (look.kind) {
      case 'over':
        return;
      case 'paused':
        return { againInMs: Math.max(look.pauseMs, this.env.BROADCAST_LOOK_INTERVAL_MS) };
      case 'done':
        this.log.info({ broadcastId }, 'A broadcast is over');
        return this.reports.tell(broadcastId, look.noticeIds);
      case 'fed':
        await this.wakeUps.ring(look.bells);
        if (look.isShowDue) await this.wakeUps.show(broadcastId, String(look.bells[0]?.id ?? 'now'));
        return { againInMs: this.env.BROADCAST_LOOK_INTERVAL_MS };
    }
  }

  private async look(manager: EntityManager, broadcastId: string, wakeNumber: number): Promise<Look> {
    const locked = await this.broadcasts.lock(manager, broadcastId, wakeNumber);
    if (!locked) return { kind: 'over' };
    const { broadcast, pausedMs } = locked;
    await this.deliveries.endForgotten(manager, broadcastId, this.leaseMs);
    const isListed = pausedMs > 0 || (await this.list(manager, broadcast));
    if (pausedMs === 0 && isListed && (await this.deliveries.countOpen(manager, broadcastId)) === 0) {
      return { kind: 'done', noticeIds: await this.reports.finish(manager, broadcastId) };
    }
    const inMs = Math.max(pausedMs, this.env.BROADCAST_LOOK_INTERVAL_MS);
    const showEveryMs = this.env.PROGRESS_EDIT_INTERVAL_MS;
    const isShowDue = await this.broadcasts.putOff(manager, broadcastId, { inMs, showEveryMs });
    if (pausedMs > 0) return { kind: 'paused', pauseMs: pausedMs };
    const bells = await this.deliveries.takeBells(manager, broadcastId, this.env.JOB_WAKE_LOST_AFTER_MS);
    return { kind: 'fed', bells, isShowDue };
  }

  /** Lists as many people as there is room for. Returns whether nobody is left. */
  private async list(manager: EntityManager, broadcast: Broadcast): Promise<boolean> {
    const { id, who, language, lastUserId: afterUserId } = broadcast;
    if (broadcast.listedAt) return true;
    const room = this.openMax - (await this.deliveries.countOpen(manager, id));
    if (room <= 0) return false;
    const next = await this.audiences.listNext(
      manager,
      { id, audience: { who, language }, afterUserId },
      room,
    );
    const isLast = (next?.listed ?? 0) < room;
    await this.broadcasts.advance(manager, id, { lastUserId: next?.lastUserId ?? null, isLast });
    return isLast;
  }
}
