import type { DataSource } from 'typeorm';
import { readState } from '../../src/modules/bot/index.js';

/** What the bot remembers of a chat. */
export interface Session {
  chatId: number;
  done: readonly number[];
  /** Whether this build understands its state. */
  isUnderstood: boolean;
  isLocked: boolean;
}

interface SessionRow {
  chat_id: string;
  done: string[];
  state: unknown;
  is_locked: boolean;
}

/** What the bot remembers of all chats. */
export async function readSessions(db: DataSource): Promise<Session[]> {
  const rows = await db.query<SessionRow[]>(
    `select chat_id, done, state, lock_token is not null as is_locked from bot_sessions`,
  );
  return rows.map((row) => ({
    chatId: Number(row.chat_id),
    done: row.done.map(Number),
    isUnderstood: readState(row.state).understood,
    isLocked: row.is_locked,
  }));
}
