import { AsyncLocalStorage } from 'node:async_hooks';
import type { DataSource, EntityManager } from 'typeorm';

/** The process was killed: nothing that comes after this happens. */
export class KilledError extends Error {}

/** One run of a handler in a process of its own, which ends at its `killAt`-th touch of the outside, if it gets so far. */
export class MortalProcess {
  isDead = false;
  private touches = 0;

  constructor(private readonly killAt: number | null) {}

  /** Passes as long as the process lives. */
  touch(): void {
    this.touches += 1;
    if (this.killAt === null || this.touches < this.killAt) return;
    this.isDead = true;
    throw new KilledError('killed');
  }
}

const current = new AsyncLocalStorage<MortalProcess>();

/** Runs work that is killed at its `killAt`-th touch of the outside: a commit, a statement, a call, before it or after it. */
export function inMortalProcess<T>(killAt: number | null, work: () => Promise<T>): Promise<T> {
  return current.run(new MortalProcess(killAt), work);
}

/** The process that runs now. */
export function currentProcess(): MortalProcess | undefined {
  return current.getStore();
}

/** A moment at which the process may be killed. */
export function touchOutside(): void {
  current.getStore()?.touch();
}

/**
 * The database as a process that may be killed sees it: before a commit, so that PostgreSQL rolls back; after it, before the
 * process hears of it; and around every statement that stands alone.
 */
export function mortalDataSource(dataSource: DataSource): DataSource {
  const manager = mortalManager(dataSource.manager);
  const overrides: Partial<Record<string, unknown>> = {
    manager,
    query: (sql: string, parameters?: unknown[]) => alone(() => dataSource.query(sql, parameters)),
    transaction: async (work: (manager: EntityManager) => Promise<unknown>) => {
      touchOutside();
      const result = await dataSource.transaction(async (inside) => {
        const done = await work(inside);
        touchOutside();
        return done;
      });
      touchOutside();
      return result;
    },
  };
  return new Proxy(dataSource, {
    get: (target, name) => overrides[String(name)] ?? (Reflect.get(target, name) as unknown),
  });
}

function mortalManager(manager: EntityManager): EntityManager {
  return new Proxy(manager, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      const call = value as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => alone(() => call.apply(target, args));
    },
  });
}

async function alone<T>(statement: () => T | Promise<T>): Promise<T> {
  touchOutside();
  const result = await statement();
  touchOutside();
  return result;
}
