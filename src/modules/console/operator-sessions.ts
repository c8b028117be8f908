import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, EntityManager } from 'typeorm';
import { Env, logger, runInTransaction } from '../../platform/index.js';
import { decideLoginWait, FAILURE_WINDOW_MS, type LoginFailures } from './login.rules.js';

/** For how long an operator stays logged in. */
export const SESSION_LIFE_MS = 12 * 3_600_000;
const TOKEN_BYTES = 32;
/** A login holds a connection of the pool, perhaps for as long as it waits for others of other processes: the rest belong to who is logged in. */
const LOGINS_AT_ONCE_MAX = 2;
/** One number for "somebody logs into the console", the same in every process. */
export const LOGIN_LOCK_ID = 7_203_115;

/** Somebody who is logged in. */
export interface OperatorSession {
  /** The name that they gave. */
  operator: string;
  expiresAt: Date;
}

/** Somebody who wants to be let in. */
interface Login {
  operator: string;
  password: string;
  /** Of whoever spoke to our outermost proxy. */
  address: string;
}

/** What became of a login. */
export type LoginOutcome =
  | { kind: 'in'; token: string; session: OperatorSession }
  | { kind: 'wrong_password' }
  | { kind: 'wait'; seconds: number }
  /** Others log in at this moment. */
  | { kind: 'busy' };

/**
 * Who is logged into the console, known to all of its processes alike. What the browser holds is random; what is stored is its HMAC under
 * the password.
 */
@Injectable()
export class OperatorSessions {
  private readonly log = logger('console');
  private readonly password: string | undefined;
  private logins = 0;

  constructor(
    private readonly dataSource: DataSource,
    env: Env,
  ) {
    this.password = env.CONSOLE_PASSWORD;
  }

  /** Logs an operator in. */
  async logIn(login: Login): Promise<LoginOutcome> {
    const outcome = await this.tryOneOfFew(login);
    const { operator, address } = login;
    if (outcome.kind === 'in') this.log.info({ operator, address }, 'An operator has logged in');
    else this.log.warn({ operator, address, outcome: outcome.kind }, 'A login to the console was refused');
    return outcome;
  }

  /** The session of a token; null when there is none, or it is over. */
  async find(token: string): Promise<OperatorSession | null> {
    const rows = await this.dataSource.query<{ operator: string; expires_at: Date }[]>(
      'select operator, expires_at from console_sessions where token_hmac = $1 and expires_at > clock_timestamp()',
      [this.hmacOf(token)],
    );
    const [row] = rows;
    return row ? { operator: row.operator, expiresAt: row.expires_at } : null;
  }

  /** Ends a session: its token lets nobody in any more. */
  async logOut(token: string): Promise<void> {
    await this.dataSource.query('delete from console_sessions where token_hmac = $1', [this.hmacOf(token)]);
  }

  private async tryOneOfFew(login: Login): Promise<LoginOutcome> {
    if (this.logins >= LOGINS_AT_ONCE_MAX) return { kind: 'busy' };
    this.logins += 1;
    try {
      return await this.tryPassword(login);
    } finally {
      this.logins -= 1;
    }
  }

  /** One login after another, so that guesses at the same moment count, too; who has to wait anyhow waits for no turn. */
  private async tryPassword({ operator, password, address }: Login): Promise<LoginOutcome> {
    const seconds = decideLoginWait(await countFailures(this.dataSource.manager, address));
    if (seconds > 0) return { kind: 'wait', seconds };
    return runInTransaction(this.dataSource, async (manager): Promise<LoginOutcome> => {
      await takeTurn(manager);
      const seconds = decideLoginWait(await countFailures(manager, address));
      if (seconds > 0) return { kind: 'wait', seconds };
      if (this.isRight(password)) return this.begin(manager, operator);
      await manager.query('insert into console_login_failures (address) values ($1)', [address]);
      return { kind: 'wrong_password' };
    });
  }

  private async begin(manager: EntityManager, operator: string): Promise<LoginOutcome> {
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    await manager.query('delete from console_sessions where expires_at <= clock_timestamp()');
    const [row] = await manager.query<{ expires_at: Date }[]>(
      `insert into console_sessions (token_hmac, operator, expires_at)
       values ($1, $2, clock_timestamp() + $3 * interval '1 ms') returning expires_at`,
      [this.hmacOf(token), operator, SESSION_LIFE_MS],
    );
    return { kind: 'in', token, session: { operator, expiresAt: row?.expires_at ?? new Date() } };
  }

  /** Compares hashes, in constant time. Without a password nobody is let in. */
  private isRight(password: string): boolean {
    const isSame = timingSafeEqual(sha256(password), sha256(this.password ?? ''));
    return isSame && this.password !== undefined;
  }

  private hmacOf(token: string): Buffer {
    return createHmac('sha256', this.password ?? randomBytes(TOKEN_BYTES))
      .update(token)
      .digest();
  }
}

/** Waits for the end of other logins, and forgets the failures that do not count any more. */
async function takeTurn(manager: EntityManager): Promise<void> {
  await manager.query('select pg_advisory_xact_lock($1)', [LOGIN_LOCK_ID]);
  await manager.query(
    `delete from console_login_failures where failed_at <= clock_timestamp() - $1 * interval '1 ms'`,
    [FAILURE_WINDOW_MS],
  );
}

async function countFailures(manager: EntityManager, address: string): Promise<LoginFailures> {
  const age = (rows: string) =>
    `coalesce(extract(epoch from clock_timestamp() - min(failed_at) ${rows}) * 1000, 0)::float8`;
  const ofAddress = 'filter (where address = $1)';
  const [row] = await manager.query<[LoginFailures]>(
    `select count(*) ${ofAddress}::int as "ofAddress", ${age(ofAddress)} as "ofAddressOldestMs",
            count(*)::int as "inAll", ${age('')} as "inAllOldestMs"
       from console_login_failures where failed_at > clock_timestamp() - $2 * interval '1 ms'`,
    [address, FAILURE_WINDOW_MS],
  );
  return row;
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
