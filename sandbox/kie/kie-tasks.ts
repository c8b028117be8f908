import { randomBytes } from 'node:crypto';
import type { SandboxClock } from '../clock.js';
import { between, type Range } from '../drawing.js';
import { PlanList } from '../plans.js';
import { failureOf, runningState, type TaskState } from './kie-endings.rules.js';
import {
  scriptOfPrompt,
  type CallbackMode,
  type Ending,
  type ResultMode,
  type TaskScript,
} from './kie-script.js';

/** One attempt to tell the caller that a task is over. */
export interface CallbackRecord {
  /** ISO 8601. */
  sentAt: string;
  /** 1 for the first, 2 to 4 for repeats after a bad answer. */
  attempt: number;
  body: unknown;
  /** The HTTP status of the answer, or null when none came within 15 true seconds. */
  status: number | null;
  answer: string;
}

/** A task as the fake holds it. */
export interface KieTask {
  id: string;
  route: 'market' | 'veo';
  model: string;
  account: string;
  key: string;
  input: Record<string, unknown>;
  callBackUrl: string | null;
  /** Names in `input` that the model does not have. */
  unknownFields: string[];
  ending: Ending;
  callback: CallbackMode;
  result: ResultMode;
  durationTrueMs: number;
  price: number;
  /** What the account has paid: the price from creation on, 0 once the task has failed. */
  paidCredits: number;
  createdAtMs: number;
  finishedAtMs: number | null;
  outcome: 'success' | 'fail' | null;
  failCode: string;
  failMsg: string;
  resultUrls: string[];
  /** How often its status was read. */
  reads: number;
  callbacks: CallbackRecord[];
}

/** A task as a test reads it, plain JSON. */
export type KieTaskView = Omit<KieTask, 'createdAtMs' | 'finishedAtMs'> & {
  state: TaskState;
  createdAt: string;
  finishedAt: string | null;
};

/** What the tasks do where neither a script nor the prompt says otherwise. */
export interface TaskDefaults {
  ending: Ending;
  durationTrueMs: Range;
  callback: CallbackMode;
  result: ResultMode;
}

/** Right after creation KIE does not know the task yet. */
const INVISIBLE_TRUE_MS = 500;
/** Where a hanging task's states are drawn from. */
const HANGING_SHAPE_TRUE_MS = 120_000;

/** What a new fake starts with: success after 90 to 150 true seconds, told by one callback. */
export const TASK_DEFAULTS: TaskDefaults = {
  ending: 'success',
  durationTrueMs: { min: 90_000, max: 150_000 },
  callback: 'normal',
  result: 'ok',
};

/** The tasks of the fake: their script, their states on the scaled clock, their end. */
export class KieTasks {
  defaults: TaskDefaults = TASK_DEFAULTS;
  private readonly byId = new Map<string, KieTask>();
  /** What the next tasks do. */
  readonly scripts = new PlanList<TaskScript>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly clock: SandboxClock,
    private readonly hooks: { resultUrl(task: KieTask): string; finished(task: KieTask): void },
  ) {}

  /** Says what the next accepted task does; scripts wait for their turn. */
  script(script: TaskScript): void {
    this.scripts.add(script);
  }

  /** Makes a task and starts its clock. `forcedEnding` wins over script and prompt: KIE could not use the photo. */
  create(
    made: Pick<
      KieTask,
      'route' | 'model' | 'account' | 'key' | 'input' | 'callBackUrl' | 'unknownFields' | 'price'
    >,
    forcedEnding: Ending | null,
  ): KieTask {
    const prompt = typeof made.input.prompt === 'string' ? made.input.prompt : '';
    const script = { ...scriptOfPrompt(prompt), ...this.takeScript(made.model, prompt) };
    const callback = script.callback ?? this.defaults.callback;
    const task: KieTask = {
      ...made,
      id: `${made.route === 'veo' ? 'veo_task_' : ''}${randomBytes(16).toString('hex')}`,
      ending: forcedEnding ?? script.ending ?? this.defaults.ending,
      callback,
      result: script.result ?? this.defaults.result,
      // An early callback tells of a finished task, so the task must be finished.
      durationTrueMs:
        callback === 'early'
          ? 0
          : (script.durationTrueMs ?? between(this.defaults.durationTrueMs, Math.random())),
      paidCredits: made.price,
      createdAtMs: Date.now(),
      finishedAtMs: null,
      outcome: null,
      failCode: '',
      failMsg: '',
      resultUrls: [],
      reads: 0,
      callbacks: [],
    };
    this.byId.set(task.id, task);
    if (callback === 'early') this.finish(task.id);
    else this.arm(task);
    return task;
  }

  /** Ends a task now, by its own ending or by another. A hanging one needs another. False: no such running task. */
  finish(taskId: string, ending?: Ending): boolean {
    const task = this.byId.get(taskId);
    if (!task || task.outcome) return false;
    task.ending = ending ?? task.ending;
    if (task.ending === 'hang') return false;
    clearTimeout(this.timers.get(taskId));
    const failure = failureOf(task.ending, task.model);
    task.outcome = failure ? 'fail' : 'success';
    task.failCode = failure?.failCode ?? '';
    task.failMsg = failure?.failMsg ?? '';
    task.resultUrls = failure || task.ending === 'empty' ? [] : [this.hooks.resultUrl(task)];
    task.finishedAtMs = Date.now();
    this.hooks.finished(task);
    return true;
  }

  /** A task by its id, running or not. */
  find(taskId: string): KieTask | null {
    return this.byId.get(taskId) ?? null;
  }

  /** Whether KIE would already find the task. */
  isVisible(task: KieTask): boolean {
    return task.outcome !== null || this.ageTrueMs(task) >= INVISIBLE_TRUE_MS;
  }

  /** The state that KIE would report now. */
  stateOf(task: KieTask): TaskState {
    if (task.outcome) return task.outcome;
    const durationTrueMs = task.ending === 'hang' ? HANGING_SHAPE_TRUE_MS : task.durationTrueMs;
    return runningState(this.ageTrueMs(task), durationTrueMs);
  }

  /** True milliseconds since the task was made. */
  ageTrueMs(task: KieTask): number {
    return this.clock.trueMsBetween(task.createdAtMs, Date.now());
  }

  /** All tasks, oldest first. */
  list(): KieTaskView[] {
    return [...this.byId.values()].map(({ createdAtMs, finishedAtMs, ...task }) => ({
      ...task,
      callbacks: [...task.callbacks],
      state: this.stateOf({ ...task, createdAtMs, finishedAtMs }),
      createdAt: new Date(createdAtMs).toISOString(),
      finishedAt: finishedAtMs === null ? null : new Date(finishedAtMs).toISOString(),
    }));
  }

  /** Stops every timer; `resume` starts them again with what is left. */
  suspend(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
  }

  /** Starts the timers of running tasks. */
  resume(): void {
    for (const task of this.byId.values()) if (!task.outcome) this.arm(task);
  }

  /** Forgets tasks, scripts and changed defaults. */
  clear(): void {
    this.suspend();
    this.byId.clear();
    this.scripts.clear();
    this.defaults = TASK_DEFAULTS;
  }

  private takeScript(model: string, prompt: string): TaskScript | undefined {
    return this.scripts.take(
      ({ when }) =>
        (when?.model === undefined || when.model === model) && prompt.includes(when?.promptIncludes ?? ''),
    );
  }

  private arm(task: KieTask): void {
    const leftRealMs = Math.max(0, this.clock.realMs(task.durationTrueMs - this.ageTrueMs(task)));
    clearTimeout(this.timers.get(task.id));
    this.timers.set(task.id, setTimeout(() => this.finish(task.id), leftRealMs).unref());
  }
}
