import type { AppListener, Application, RestartChange, RunningApp } from './application.js';
import type { AppProcessOptions } from './app-process.js';
import type { SandboxEnv } from './outside-world.js';
import { RestartableApp } from './restartable-app.js';

/** One process of several. */
export interface ProcessPlan {
  /** Unique among them: `worker-2`. */
  name: string;
  roles: readonly string[];
}

/** What a process must be started with, given its port and where the first one listens. */
export type OptionsFor = (plan: ProcessPlan, port: number, publicUrl: string) => AppProcessOptions;

interface Member {
  plan: ProcessPlan;
  app: RestartableApp;
}

/** The application as several processes, each with roles of its own. The first is the one that the outside world calls. */
export class SeparateApp implements Application {
  readonly endedByItself: Promise<void>;
  private readonly listeners = new Set<AppListener>();
  /** What the last restart of all of them changed: whoever starts one again starts it like that. */
  private inForce: RestartChange = {};

  private constructor(private readonly members: readonly Member[]) {
    this.endedByItself = Promise.race(members.map(({ app }) => app.endedByItself));
  }

  /** Starts the first, whose address the others are told, and then the others. @throws SandboxError when one does not become ready. */
  static async start(plans: readonly ProcessPlan[], optionsFor: OptionsFor): Promise<SeparateApp> {
    const [first, ...others] = plans;
    if (!first) throw new RangeError('An application of no processes');
    const front = await RestartableApp.start(undefined, (port) =>
      optionsFor(first, port, `http://127.0.0.1:${port}`),
    );
    const members: Member[] = [{ plan: first, app: front }];
    const starts = others.map(async (plan) => {
      const app = await RestartableApp.start(undefined, (port) => optionsFor(plan, port, front.current.url));
      members.push({ plan, app });
    });
    const results = await Promise.allSettled(starts);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) {
      await Promise.all(members.map(({ app }) => app.stop()));
      throw failed.reason;
    }
    return new SeparateApp(plans.flatMap((plan) => members.find((member) => member.plan === plan) ?? []));
  }

  get names(): string[] {
    return this.members.map(({ plan }) => plan.name);
  }

  /** The process of that name. */
  member(name: string): RestartableApp {
    const found = this.members.find(({ plan }) => plan.name === name);
    if (!found) throw new RangeError(`There is no process ${name}`);
    return found.app;
  }

  get current(): RunningApp {
    const processes = this.members.map(({ app }) => app.current);
    return {
      url: processes[0]?.url ?? '',
      pid: processes[0]?.pid ?? 0,
      ended: Promise.all(processes.map(({ ended }) => ended)).then(([code]) => code ?? null),
      kill: () => processes.forEach((process) => process.kill()),
      lastLines: () => processes.map((process) => process.lastLines()).join('\n'),
    };
  }

  get env(): SandboxEnv {
    return this.members[0]?.app.env ?? {};
  }

  get logFiles(): string[] {
    return this.members.flatMap(({ app }) => app.logFiles);
  }

  onChange(listener: AppListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  configure(env: SandboxEnv): void {
    for (const { app } of this.members) app.configure(env);
  }

  /** All of them at the same time; one of whose roles none is wanted stays down. */
  async restart(change: RestartChange = {}): Promise<void> {
    this.inForce = { ...change, kill: false };
    this.tell(false, null);
    await Promise.all(this.members.map((member) => this.startOne(member, change)));
    this.tell(true, change.roles ?? null);
  }

  /** One of them, as it was started last; a role that nobody wants now stays down. */
  async restartOne(name: string, { kill }: { kill: boolean }): Promise<void> {
    const member = this.members.find(({ plan }) => plan.name === name);
    if (!member) throw new RangeError(`There is no process ${name}`);
    await this.startOne(member, { ...this.inForce, kill });
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map(({ app }) => app.stop()));
  }

  private async startOne(member: Member, change: RestartChange): Promise<void> {
    const roles = rolesOf(member, change);
    if (roles.length === 0) await member.app.end({ kill: change.kill ?? false });
    else await member.app.restart({ ...change, roles: roles.join(',') });
  }

  private tell(isUp: boolean, roles: string | null): void {
    for (const listener of this.listeners) listener({ isUp, roles });
  }
}

function rolesOf({ plan }: Member, { roles }: RestartChange): string[] {
  const wanted = roles?.split(',');
  return plan.roles.filter((role) => !wanted || wanted.includes(role));
}
