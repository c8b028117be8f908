import type { CommitSource } from '../../sandbox/kill/pg-proxy.js';
import { isWrite, nameCommit } from '../../sandbox/kill/commit-names.js';
import type { Statement } from '../../sandbox/kill/commit-tracker.js';
import { PgProxy } from '../../sandbox/kill/pg-proxy.js';
import type { SandboxOptions } from '../../sandbox/sandbox.js';
import type { PassedCall } from '../system/round-robin.js';
import type { System } from '../system/system.js';
import { CrowdNames } from './crowd-names.js';
import type { HoldingTrap } from './holding-trap.js';
import type { Role } from './points.js';

const ROLES: Readonly<Record<string, Role>> = {
  'neurocards-bot': 'bot',
  'neurocards-worker': 'worker',
  'neurocards-scheduler': 'scheduler',
};

const INCOMING: readonly [RegExp, string][] = [
  [/^\/webhooks\/yookassa/, 'yookassa.notification'],
  [/^\/webhooks\/kie/, 'kie.callback'],
  [/^\/telegram\/webhook/, 'telegram.update'],
];

/** A wire to the database on which the trap sees every commit of the application. */
export function wireOf(trap: HoldingTrap): NonNullable<SandboxOptions['databaseWire']> {
  return (url) =>
    PgProxy.to(
      url,
      (name) => name in ROLES,
      (statements, when, source) => seesCommit(trap, { statements, when, source }),
    );
}

/** Lets the trap see every call to a provider, and every call of one. */
export function watchCalls(trap: HoldingTrap, system: System): void {
  const { world } = system;
  const tasks = new Map<string, boolean>();
  const isFinished = (taskId: string): boolean => {
    if (!tasks.get(taskId)) for (const { id, outcome } of world.kie.tasks()) tasks.set(id, outcome !== null);
    return tasks.get(taskId) ?? false;
  };
  const names = new CrowdNames(isFinished);
  world.setGate((call, when) => {
    const name = names.nameOf(call);
    if (name === null) return false;
    if (when === 'after') trap.notePassed(name);
    return trap.meets({ name, when, isThere: call.isCallerThere });
  });
  system.setGate((call, when) => waitAtGate(trap, call, when));
}

function seesCommit(
  trap: HoldingTrap,
  passing: { statements: readonly Statement[]; when: 'before' | 'after'; source: CommitSource },
): boolean {
  const { statements, when, source } = passing;
  const role = ROLES[source.applicationName];
  // An update that found no row has committed nothing.
  if (role === undefined || (when === 'after' && !statements.some(({ changed }) => changed))) return false;
  const name = nameCommit(statements);
  if (name !== null) {
    if (when === 'after') trap.notePassed(`commit:${name}`);
    return trap.meets({ name: `commit:${name}`, when, role, isThere: source.isThere });
  }
  const write = statements.find((statement) => statement.changed && isWrite(statement));
  if (write) trap.notePassed(`commit: ${write.sql.replace(/\s+/g, ' ').trim()}`);
  return false;
}

/** Held until the bot is dead. True: it had answered, and its answer is lost. */
async function waitAtGate(
  trap: HoldingTrap,
  { path }: PassedCall,
  when: 'before' | 'after',
): Promise<boolean> {
  const name = INCOMING.find(([pattern]) => pattern.test(path))?.[1];
  if (name === undefined) return false;
  return new Promise((resolve) => {
    const isHeld = trap.meets({
      ...{ name, when, role: 'bot' as const },
      isThere: () => false,
      release: () => resolve(true),
    });
    if (!isHeld) resolve(false);
  });
}
