import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Env, runPrepared, type PreparedStatement } from '../../platform/index.js';
import { User } from '../users/index.js';

/** Who has the chat. */
export interface SessionLock {
  chatId: number;
  updateId: number;
  /** Ours alone; a save without it changes nothing. */
  token: string;
}

/** What came of asking for a chat. */
export type LockOutcome =
  /** `nowMs`: the database's clock. */
  | { kind: 'locked'; lock: SessionLock; stored: unknown; user: User | null; nowMs: number }
  /** This update was handled before. */
  | { kind: 'duplicate' }
  | { kind: 'busy' };

/** How many updates of a chat are remembered as done. */
export const DONE_UPDATES_MAX = 64;

const LOCK: PreparedStatement = {
  name: 'lock-conversation',
  sql: `
  with mine as (
    insert into bot_sessions as c (chat_id, lock_token, locked_until)
    values ($1, $3, clock_timestamp() + $4 * interval '1 ms')
    on conflict (chat_id) do update set lock_token = excluded.lock_token, locked_until = excluded.locked_until
      where (c.locked_until is null or c.locked_until < clock_timestamp() or c.lock_token = $5) and not ($2::bigint = any (c.done))
    returning c.state)
  select 'locked' as outcome, mine.state as stored, to_jsonb(u) as person,
         (extract(epoch from clock_timestamp()) * 1000)::float8 as now_ms
    from mine left join users u on u.tg_user_id = $1
  union all
  select case when $2::bigint = any (s.done) then 'duplicate' else 'busy' end, null, null, null
    from bot_sessions s where s.chat_id = $1 and not exists (select from mine)`,
};

const SAVE: PreparedStatement = {
  name: 'save-conversation',
  sql: `
  update bot_sessions
     set state = $3, done = (array_append(done, $4::bigint))[greatest(1, cardinality(done) - ${DONE_UPDATES_MAX - 2}):],
         lock_token = null, locked_until = null, updated_at = clock_timestamp()
   where chat_id = $1 and lock_token = $2`,
};

const RELEASE = `
  update bot_sessions set lock_token = null, locked_until = null where chat_id = $1 and lock_token = $2`;

/** The least bigint. */
const CHAT_ID_BEFORE_ALL = '-9223372036854775808';

const FORGET = `
  delete from bot_sessions where chat_id = $1 and lock_token = $2`;

/** A page in the order of the key, because an index on `updated_at` would make every save of every update a costlier one. */
const FORGET_IDLE = `
  with page as (
    select chat_id, updated_at from bot_sessions where chat_id > $1 order by chat_id limit $3),
  forgotten as (
    delete from bot_sessions s using page p
     where s.chat_id = p.chat_id and p.updated_at < clock_timestamp() - $2 * interval '1 ms'
       and s.updated_at = p.updated_at and (s.locked_until is null or s.locked_until < clock_timestamp())
    returning s.chat_id)
  select count(*)::int as looked_at, max(chat_id) as last, (select count(*)::int from forgotten) as forgotten from page`;

const POLL_FIRST_MS = 4;
const POLL_GROWTH = 1.6;
const POLL_LONGEST_MS = 60;

interface LockRow {
  outcome: 'locked' | 'duplicate' | 'busy';
  stored: unknown;
  person: Record<string, unknown> | null;
  now_ms: number | null;
}

/**
 * One row per private chat is lock, memory of handled updates and state at once: two round trips an update. An update counts as
 * handled only together with its effect on the state, so one that was interrupted is simply handled again.
 */
@Injectable()
export class ConversationStore {
  /** Of chats that could not be given back because PostgreSQL went away, the first such lock: nobody in this process uses it any more. */
  private readonly leftBehind = new Map<number, { token: string; untilMs: number }>();

  constructor(
    private readonly dataSource: DataSource,
    @Inject(Env) private readonly settings: Pick<Env, 'SESSION_LEASE_MS'>,
  ) {}

  /** Asks once for the chat. A lock that was left behind here does not stand in the way: its handler has ended. */
  async tryLock(chatId: number, updateId: number): Promise<LockOutcome> {
    const token = randomUUID();
    const leftBehind = this.leftBehind.get(chatId)?.token ?? null;
    const values = [chatId, updateId, token, this.settings.SESSION_LEASE_MS, leftBehind];
    const asked = runPrepared<LockRow>(this.dataSource, LOCK, values);
    const { rows } = await this.noteLeftBehind({ chatId, token }, asked);
    // No row: somebody else made the chat's first row while this statement ran.
    const row = rows[0] ?? { outcome: 'busy' as const, stored: null, person: null, now_ms: null };
    if (row.outcome !== 'locked') return { kind: row.outcome };
    this.leftBehind.delete(chatId);
    const user = row.person === null ? null : userOf(row.person);
    const nowMs = row.now_ms ?? 0;
    return { kind: 'locked', lock: { chatId, updateId, token }, stored: row.stored, user, nowMs };
  }

  /** Asks until the chat is ours, at most `waitMs`. @param onBusy called once, when the first answer was `busy`. */
  async lock(chatId: number, updateId: number, waitMs: number, onBusy: () => void): Promise<LockOutcome> {
    const deadline = performance.now() + waitMs;
    let outcome = await this.tryLock(chatId, updateId);
    if (outcome.kind === 'busy') onBusy();
    for (let pauseMs = POLL_FIRST_MS; outcome.kind === 'busy' && performance.now() < deadline;) {
      // Whoever waits for the same chat in other processes should not ask in step with us.
      await pause(pauseMs * (0.5 + Math.random()));
      pauseMs = Math.min(POLL_LONGEST_MS, pauseMs * POLL_GROWTH);
      outcome = await this.tryLock(chatId, updateId);
    }
    return outcome;
  }

  /**
   * Stores the state, remembers the update as handled and gives the chat back, in one statement.
   *
   * @returns false when the lock was lost: then nothing is changed, and the update will be handled again.
   */
  async save(lock: SessionLock, state: object): Promise<boolean> {
    const { chatId, token, updateId } = lock;
    const values = [chatId, token, JSON.stringify(state, withoutNul), updateId];
    const { rowCount } = await this.noteLeftBehind(lock, runPrepared(this.dataSource, SAVE, values));
    return rowCount === 1;
  }

  /**
   * Instead of `save`, once the person was erased: removes all that is known of the chat, that this update was handled included. Whoever
   * sends it again is a stranger.
   *
   * @returns false when the lock was lost: then nothing is changed.
   */
  async forget(lock: SessionLock): Promise<boolean> {
    const forgetting = this.dataSource.query<[unknown, number]>(FORGET, [lock.chatId, lock.token]);
    const [, changed] = await this.noteLeftBehind(lock, forgetting);
    return changed === 1;
  }

  /** Part of an erasure, in its transaction: empties the state. The lock stays with whoever has it, for `forget`. */
  async eraseState(manager: EntityManager, chatId: number): Promise<void> {
    await manager.query(`update bot_sessions set state = '{}' where chat_id = $1`, [chatId]);
  }

  /**
   * Forgets conversations of a page of chats that nobody has gone on with for so long. None that is in use: repeats of its updates could not
   * be told any more.
   *
   * @param page `afterChatId` null: from the first chat on.
   * @returns where the next page begins; null behind the last one.
   */
  async forgetIdle({
    keptMs,
    afterChatId,
    limit,
  }: {
    keptMs: number;
    afterChatId: string | null;
    limit: number;
  }): Promise<{ forgotten: number; nextAfterChatId: string | null }> {
    type Page = { looked_at: number; last: string | null; forgotten: number };
    const [page] = await this.dataSource.query<Page[]>(FORGET_IDLE, [
      afterChatId ?? CHAT_ID_BEFORE_ALL,
      keptMs,
      limit,
    ]);
    const isWhole = page?.looked_at === limit;
    return { forgotten: page?.forgotten ?? 0, nextAfterChatId: isWhole ? page.last : null };
  }

  /** Gives the chat back without having handled the update. */
  async release(lock: SessionLock): Promise<void> {
    await this.noteLeftBehind(lock, this.dataSource.query(RELEASE, [lock.chatId, lock.token]));
  }

  /** Without an answer nobody knows whether the row still has the lock. */
  private async noteLeftBehind<T>(
    { chatId, token }: Pick<SessionLock, 'chatId' | 'token'>,
    statement: Promise<T>,
  ): Promise<T> {
    try {
      return await statement;
    } catch (error) {
      const nowMs = performance.now();
      for (const [chat, { untilMs }] of this.leftBehind) {
        if (untilMs > nowMs) break;
        this.leftBehind.delete(chat);
      }
      const untilMs = nowMs + this.settings.SESSION_LEASE_MS;
      if (!this.leftBehind.has(chatId)) this.leftBehind.set(chatId, { token, untilMs });
      throw error;
    }
  }
}

/** jsonb refuses NUL and halves of characters, wherever they came from. */
function withoutNul(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value.replaceAll('\0', '')).toString() : value;
}

function userOf(row: Record<string, unknown>): User {
  const date = (value: unknown) => (value === null ? null : new Date(value as string));
  return Object.assign(new User(), {
    id: row['id'],
    tgUserId: Number(row['tg_user_id']),
    username: row['username'],
    firstName: row['first_name'],
    lastName: row['last_name'],
    language: row['language'],
    email: row['email'],
    credits: row['credits'],
    blockedAt: date(row['blocked_at']),
    bannedAt: date(row['banned_at']),
    consentedAt: date(row['consented_at']),
    createdAt: date(row['created_at']),
    updatedAt: date(row['updated_at']),
  });
}
