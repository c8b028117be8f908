import { readBind, readCommandTag, readParse, readQuery, type PgMessage } from './pg-messages.js';

/** A statement with its values. */
export interface Statement {
  sql: string;
  params: readonly (string | null)[];
  /** Whether its answer said that it did something; absent before the answer. */
  changed?: boolean;
}

/** What the server said to one request. */
export interface Answer {
  tags: readonly string[];
  failed: boolean;
}

const BEGIN = /^\s*(begin|start transaction)\b/i;
const COMMIT = /^\s*(commit|end)\b/i;
const ROLLBACK = /^\s*(rollback|abort)\s*(transaction|work)?\s*;?\s*$/i;
const OUTSIDE = /^\s*(set|show|listen|unlisten|notify|discard)\b/i;
const DID_NOTHING = /^(INSERT 0|UPDATE|DELETE|MERGE) 0$/;

/** Follows the transactions of one connection. Ours sends one request at a time. */
export class CommitTracker {
  private transaction: Statement[] | null = null;
  private asked: Statement[] = [];
  private committing: Statement[] | null = null;
  private readonly prepared = new Map<string, string>();

  /** Takes a request before it is answered. Returns the statements that it commits, null when it commits nothing yet. */
  request(messages: readonly PgMessage[]): readonly Statement[] | null {
    this.asked = this.read(messages);
    this.committing = this.decide();
    return this.committing;
  }

  /** Takes the answer to the last request. Returns the statements that are committed by it; null when none are. */
  answer({ tags, failed }: Answer): readonly Statement[] | null {
    const changed = !failed && !tags.some((tag) => DID_NOTHING.test(tag));
    for (const statement of this.asked) statement.changed = changed;
    const { committing } = this;
    this.asked = [];
    this.committing = null;
    // A broken transaction answers COMMIT with ROLLBACK.
    return failed || tags.includes('ROLLBACK') ? null : committing;
  }

  private decide(): Statement[] | null {
    const [first] = this.asked;
    if (!first || OUTSIDE.test(first.sql)) return null;
    if (BEGIN.test(first.sql) || ROLLBACK.test(first.sql)) {
      this.transaction = BEGIN.test(first.sql) ? [] : null;
      return null;
    }
    const { transaction } = this;
    if (!transaction) return this.asked;
    if (COMMIT.test(first.sql)) this.transaction = null;
    else transaction.push(...this.asked);
    return this.transaction ? null : transaction;
  }

  private read(messages: readonly PgMessage[]): Statement[] {
    const statements: Statement[] = [];
    for (const message of messages) {
      if (message.type === 'Q') statements.push({ sql: readQuery(message), params: [] });
      if (message.type === 'P') {
        const { name, sql } = readParse(message);
        this.prepared.set(name, sql);
      }
      if (message.type === 'B') {
        const { statement, params } = readBind(message);
        statements.push({ sql: this.prepared.get(statement) ?? '', params });
      }
    }
    return statements;
  }
}

/** Collects the server's messages up to the end of an answer. */
export class AnswerReader {
  private tags: string[] = [];
  private failed = false;

  /** Takes a message. Returns the answer when this was its end. */
  take(message: PgMessage): Answer | null {
    if (message.type === 'C') this.tags.push(readCommandTag(message));
    if (message.type === 'E') this.failed = true;
    if (message.type !== 'Z') return null;
    const answer = { tags: this.tags, failed: this.failed };
    this.tags = [];
    this.failed = false;
    return answer;
  }
}
