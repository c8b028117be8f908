import type { Sandbox, SandboxOptions } from '../sandbox.js';
import { CallNames } from './call-names.js';
import { isWrite, nameCommit } from './commit-names.js';
import type { Statement } from './commit-tracker.js';
import { PgProxy } from './pg-proxy.js';
import { KNOWN } from './points.js';
import { Trap } from './trap.js';

/** The queues' connections are BullMQ's own business: what they hold is no truth, and may be lost at any moment. */
const QUEUES = 'neurocards-queues';

/**
 * How long calls may take, and the leases that guard them. Elsewhere in the sandbox they are real, because a machine is not faster
 * there; a kill leaves them to run out, and all answers here come from the next room.
 */
export const SHORT_CALLS = {
  OPENAI_TIMEOUT_MS: '5000',
  KIE_TIMEOUT_MS: '5000',
  KIE_CREATE_TIMEOUT_MS: '5000',
  KIE_UPLOAD_TIMEOUT_MS: '5000',
  DOWNLOAD_TIMEOUT_MS: '5000',
  TELEGRAM_TIMEOUT_MS: '5000',
  TELEGRAM_SEND_VIDEO_TIMEOUT_MS: '8000',
  SEND_LEASE_MS: '10000',
  SESSION_LEASE_MS: '10000',
};

/**
 * A tap lives for 150 s, and a chat that a dead process holds is free again after 60 s: the tap comes again. A start of the application
 * is not faster here, so the tap must live longer than that and the chat's lease together.
 */
export const TELEGRAM_PATIENCE_MS = 25_000;

/** KIE repeats a callback for about a minute, which a start outlives only here: it takes some real seconds. */
export const KIE_REPEAT_PAUSE_MS = 4_000;

/** Lets a trap see every commit and every outside call of the application. */
export class KillMode {
  readonly trap = new Trap(() => this.sandbox?.app.kill());
  private sandbox: Sandbox | undefined;
  private calls = new CallNames(() => false);
  /** Ids of people, jobs and tasks of earlier runs, whose afterlife is none of this run's. */
  private bygone: ReadonlySet<string> = new Set();

  /** What the sandbox must be started with. */
  readonly options: Pick<SandboxOptions, 'appEnv' | 'databaseWire' | 'telegramPatienceMs'> = {
    telegramPatienceMs: TELEGRAM_PATIENCE_MS,
    appEnv: SHORT_CALLS,
    databaseWire: (url) =>
      PgProxy.to(
        url,
        (name) => name !== QUEUES,
        (commit, when) => this.seesCommit(commit, when),
      ),
  };

  /** Stands in the way of the sandbox's providers. */
  watch(sandbox: Sandbox): void {
    this.sandbox = sandbox;
    const { world } = sandbox;
    world.kie.configure({ repeatPauseRealMsMin: KIE_REPEAT_PAUSE_MS });
    world.kie.onCallback((when) => void this.trap.meets('kie.callback', when));
    world.setGate((call, when) => {
      const name = this.trap.isArmed ? this.calls.nameOf(call) : null;
      if (name === null) return false;
      this.noteNameless(name);
      return this.trap.meets(name, when);
    });
  }

  /** A new order begins. @param bygone ids that belong to earlier ones. */
  begin(bygone: ReadonlySet<string>): void {
    this.bygone = bygone;
    const tasks = () => this.sandbox?.world.kie.tasks() ?? [];
    this.calls = new CallNames((taskId) =>
      tasks().some(({ id, outcome }) => id === taskId && outcome !== null),
    );
  }

  private seesCommit(statements: readonly Statement[], when: 'before' | 'after'): boolean {
    const isBygone = (value: string | null) => value !== null && this.bygone.has(value);
    if (statements.some(({ params }) => params.some(isBygone))) return false;
    // An update that found no row has committed nothing.
    if (when === 'after' && !statements.some(({ changed }) => changed)) return false;
    const name = nameCommit(statements);
    if (name !== null) {
      if (when === 'after') this.noteNameless(`commit:${name}`);
      return this.trap.meets(`commit:${name}`, when);
    }
    const write = statements.find((statement) => statement.changed && isWrite(statement));
    if (write) this.trap.notePassed(`commit: ${write.sql.replace(/\s+/g, ' ').trim()}`);
    return false;
  }

  private noteNameless(name: string): void {
    if (!KNOWN.has(name)) this.trap.notePassed(name);
  }
}
