import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import {
  ProgressService,
  type OpenMessage,
  type PendingEdit,
  type ProgressLine,
} from '../notifications/index.js';
import { progressLine } from './progress-lines.rules.js';
import { RecentTimes } from './recent-times.js';
import { StandingsRepository } from './standings.repository.js';

/** Open messages of one query, and queries of one look: as many as one system shall carry. */
const MESSAGES_PER_PAGE = 500;
const PAGES_MAX = 20;

/** What orders' progress messages show: written with every transition, and again as time passes. */
@Injectable()
export class OrderProgress {
  constructor(
    private readonly dataSource: DataSource,
    private readonly standings: StandingsRepository,
    private readonly times: RecentTimes,
    private readonly progress: ProgressService,
  ) {}

  /** Makes a message of the bot the progress message of an order, in the transaction that makes the order. */
  async open(
    manager: EntityManager,
    order: { orderId: string; userId: string; chatId: number; messageId: number },
  ): Promise<void> {
    await this.progress.open(manager, { ...order, lines: await this.linesOf(manager, order.orderId) });
  }

  /** Writes how the order's videos stand, in the transaction that moved one of them. */
  async write(manager: EntityManager, orderId: string): Promise<PendingEdit | null> {
    return this.progress.write(manager, orderId, await this.linesOf(manager, orderId));
  }

  /** Rings the bell of an edit, after the commit. */
  wake(edit: PendingEdit): Promise<void> {
    return this.progress.wake(edit);
  }

  /** A line per video of the order, by position; none where there is no such order. */
  async linesOf(manager: EntityManager, orderId: string): Promise<ProgressLine[]> {
    return (await this.linesOfOrders(manager, [orderId])).get(orderId) ?? [];
  }

  /**
   * Lets time show: rewrites the messages that were edited longest ago, until so many are to be edited. Those that wait for
   * their edit already count, so that whoever is behind falls no further behind, however many look at once.
   *
   * @returns how many edits it woke.
   */
  async refresh(editsMax: number): Promise<number> {
    let due = 0;
    let woken = 0;
    let after: OpenMessage | null = null;
    for (let page = 0; page < PAGES_MAX && due < editsMax; page++) {
      const open: OpenMessage[] = await this.progress.listOpen({ after, limit: MESSAGES_PER_PAGE });
      const orderIds = open.map(({ orderId }) => orderId);
      const lines = await this.linesOfOrders(this.dataSource.manager, orderIds);
      for (const message of open) {
        if (due >= editsMax) break;
        const current = lines.get(message.orderId);
        const isOld = current !== undefined && !isDeepStrictEqual(current, message.wanted);
        if (isOld && (await this.update(message, current))) woken += 1;
        if (isOld || message.isDue) due += 1;
      }
      if (open.length < MESSAGES_PER_PAGE) break;
      after = open.at(-1) ?? null;
    }
    return woken;
  }

  private async update(message: OpenMessage, lines: ProgressLine[]): Promise<boolean> {
    const edit = await this.progress.update(message, lines);
    if (edit) await this.progress.wake(edit);
    return edit !== null;
  }

  private async linesOfOrders(
    manager: EntityManager,
    orderIds: readonly string[],
  ): Promise<Map<string, ProgressLine[]>> {
    const standings = await this.standings.listOfOrders(manager, orderIds);
    const queued = standings.filter(({ status }) => status === 'queued').map(({ jobId }) => jobId);
    const places = await this.standings.placesOf(manager, queued);
    const usual = await this.times.read(manager);
    const lines = new Map<string, ProgressLine[]>();
    for (const one of standings) {
      const video = { ...one, place: places.get(one.jobId) ?? null };
      const line = progressLine(video, usual(one.model), one.nowMs);
      lines.set(one.orderId, [...(lines.get(one.orderId) ?? []), line]);
    }
    return lines;
  }
}
