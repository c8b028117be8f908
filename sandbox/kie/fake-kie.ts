import multipart from '@fastify/multipart';
import type { FastifyInstance } from 'fastify';
import { SandboxClock } from '../clock.js';
import { FakeServer, type FakeServerOptions } from '../fake-server.js';
import { joinPlans, type Plans } from '../plans.js';
import { KieAccounts, type KeyState } from './kie-accounts.js';
import { springError } from './kie-answers.js';
import { KieCallbacks } from './kie-callbacks.js';
import { controlRoutes } from './kie-control.routes.js';
import { KieFiles, type PictureSize, type UploadRecord } from './kie-files.js';
import { marketRoutes } from './kie-market.routes.js';
import { KIE_PAUSED_MODELS } from './kie-models.data.js';
import type { KieParts, KieSettings } from './kie-parts.js';
import { KieResults } from './kie-results.routes.js';
import type { Ending, TaskScript } from './kie-script.js';
import { KieTasks, type KieTaskView, type TaskDefaults } from './kie-tasks.js';
import { uploadRoutes } from './kie-upload.routes.js';
import { veoRoutes } from './kie-veo.routes.js';
import { KieWire, type FaultRoute, type WireFault } from './kie-wire.js';

/** The first key that a new fake knows. */
export const SANDBOX_KIE_KEY = 'sandbox-kie-key';
/** The second one, of an account of its own. */
export const SANDBOX_KIE_SPARE_KEY = 'sandbox-kie-spare-key';
/** What each of the two accounts has. */
export const SANDBOX_KIE_CREDITS = 10_000;
const SANDBOX_ACCOUNT = 'sandbox';
const SANDBOX_SPARE_ACCOUNT = 'sandbox-spare';
const UPLOAD_BYTES_MAX = 100 * 1024 * 1024;

/** What a new fake starts with. */
export interface FakeKieOptions {
  /** Real time when absent. */
  clock?: SandboxClock;
  defaults?: Partial<TaskDefaults>;
}

/** What can be changed about the service as a whole. */
export interface KieSettingsChange {
  insufficientCode?: 402 | 500;
  /** Slugs to pause besides those that are paused anyway. */
  pausedModels?: string[];
  /** The key of callback signatures; null sends none. */
  hmacKey?: string | null;
  /** The shortest pause before a callback is repeated, in real milliseconds; 0 unless told. */
  repeatPauseRealMsMin?: number;
  /** Status reads in a true second that KIE takes from any key; 10 unless told. */
  readsPerSecondMax?: number;
  defaults?: Partial<TaskDefaults>;
}

/**
 * KIE.AI in a box: its main API and its upload host on one port. Strict where the real one is; scripted by these
 * methods or by `POST /_control/<method>`. https://docs.kie.ai
 */
export class FakeKie extends FakeServer {
  override readonly provider = 'kie';
  private readonly parts: KieParts;

  constructor(options: FakeKieOptions = {}) {
    super();
    const clock = options.clock ?? new SandboxClock();
    const baseUrl = (): string => this.url;
    const callbacks = new KieCallbacks(clock);
    const wire = new KieWire(clock);
    const tasks: KieTasks = new KieTasks(clock, {
      resultUrl: (task) => results.urlOf(task),
      finished: (task) => {
        if (task.outcome === 'fail') {
          accounts.giveBack(task.account, task.paidCredits);
          task.paidCredits = 0;
        }
        // An early one is sent by createTask itself, which waits for it.
        if (task.callback !== 'early') void callbacks.announce(task);
      },
    });
    const files = new KieFiles(clock, baseUrl);
    const results = new KieResults({ clock, tasks, files, wire }, baseUrl);
    const accounts = new KieAccounts(clock);
    this.parts = { clock, settings: freshSettings(), accounts, tasks, callbacks, files, results, wire };
    this.reset();
    if (options.defaults) this.configure({ defaults: options.defaults });
  }

  override async start(options: FakeServerOptions = {}): Promise<this> {
    await super.start(options);
    this.parts.callbacks.resume();
    this.parts.tasks.resume();
    return this;
  }

  /** Closes the server; its tasks rest and go on after another `start`. */
  override async stop(): Promise<void> {
    this.parts.tasks.suspend();
    this.parts.callbacks.suspend();
    await super.stop();
  }

  /** Says what the next accepted task (of those that `when` names) does; calls of this method wait for their turn. */
  nextTask(script: TaskScript): void {
    this.parts.tasks.script(script);
  }

  /** Makes the next call of a route fail on the wire, `fault.times` times. */
  failNext(route: FaultRoute, fault: WireFault): void {
    this.parts.wire.failNext(route, fault);
  }

  /** What was given to `nextTask` and `failNext` and has not happened yet. */
  get plans(): Plans {
    return joinPlans(this.parts.tasks.scripts, this.parts.wire.faults);
  }

  /** Changes what holds for the whole service. */
  configure(change: KieSettingsChange): void {
    const { settings, accounts, callbacks, tasks } = this.parts;
    if (change.insufficientCode) settings.insufficientCode = change.insufficientCode;
    if (change.pausedModels) settings.pausedModels = new Set([...KIE_PAUSED_MODELS, ...change.pausedModels]);
    if (change.hmacKey !== undefined) callbacks.hmacKey = change.hmacKey;
    if (change.repeatPauseRealMsMin !== undefined) {
      callbacks.repeatPauseRealMsMin = change.repeatPauseRealMsMin;
    }
    if (change.readsPerSecondMax !== undefined) accounts.readsMax = change.readsPerSecondMax;
    if (change.defaults) tasks.defaults = { ...tasks.defaults, ...change.defaults };
  }

  /** Creates or changes a key. Keys with the same `account` share its credits and its creation limit. */
  setKey(secret: string, change: { account?: string; keyState?: KeyState; credits?: number } = {}): void {
    this.parts.accounts.setKey(secret, change);
  }

  /** All keys with their state and their account's balance. */
  keys(): ReturnType<KieAccounts['list']> {
    return this.parts.accounts.list();
  }

  /** All tasks, oldest first, each with the size of its photo, whose shape the clips of many models copy. */
  tasks(): (KieTaskView & { photo: PictureSize | null })[] {
    const { tasks, files } = this.parts;
    return tasks.list().map((task) => ({ ...task, photo: files.uploadIn(task.input)?.picture ?? null }));
  }

  /** The tasks that were paid for and have not failed, which gives the credits back. */
  paidTasks(predicate: (task: KieTaskView) => boolean = () => true): KieTaskView[] {
    return this.tasks().filter((task) => task.paidCredits > 0 && predicate(task));
  }

  /** The most creations, refused ones too, that any account asked for within any 10 true seconds. */
  creationsIn10sMax(): number {
    return this.parts.accounts.creationsIn10sMax();
  }

  /** Every file ever uploaded. */
  uploads(): UploadRecord[] {
    return this.parts.files.list();
  }

  /**
   * Makes another task like one that was made before, which tells its end to another address: for those who need more of them than an
   * account may make. Nothing is paid for it. Returns its id. @throws RangeError when there is no such task.
   */
  copyTask(taskId: string, callBackUrl: string): string {
    const task = this.parts.tasks.find(taskId);
    if (!task) throw new RangeError(`There is no task ${taskId} to copy`);
    return this.parts.tasks.create({ ...task, callBackUrl, price: 0 }, null).id;
  }

  /** Ends a running task now, by its own ending or by another; false when there is no such running task. */
  finishTask(taskId: string, ending?: Ending): boolean {
    return this.parts.tasks.finish(taskId, ending);
  }

  /** Sends a finished task's callback once more; resolves to whether it was answered 200. */
  async sendCallback(taskId: string, options: { snakeCase?: boolean } = {}): Promise<boolean> {
    const task = this.parts.tasks.find(taskId);
    return task?.outcome ? this.parts.callbacks.send(task, options) : false;
  }

  /** Tells of every callback: when it is about to leave, and when it was answered 200. */
  onCallback(listener: (when: 'before' | 'after') => void): void {
    this.parts.callbacks.watch = listener;
  }

  /** Back to a new fake: two keys with 10,000 credits each, no task, no file, no script, no fault. */
  reset(): void {
    const { settings, accounts, tasks, callbacks, files, wire } = this.parts;
    Object.assign(settings, freshSettings());
    callbacks.hmacKey = null;
    callbacks.repeatPauseRealMsMin = 0;
    callbacks.suspend();
    callbacks.resume();
    accounts.clear();
    tasks.clear();
    files.clear();
    wire.clear();
    accounts.setKey(SANDBOX_KIE_KEY, { account: SANDBOX_ACCOUNT, credits: SANDBOX_KIE_CREDITS });
    accounts.setKey(SANDBOX_KIE_SPARE_KEY, { account: SANDBOX_SPARE_ACCOUNT, credits: SANDBOX_KIE_CREDITS });
  }

  protected override async routes(app: FastifyInstance): Promise<void> {
    await app.register(multipart, { limits: { fileSize: UPLOAD_BYTES_MAX, files: 1 } });
    app.addHook('onRequest', (request, reply, done) => {
      // Cloudflare before KIE turns away programs that do not say who they are.
      if (request.url.startsWith('/api/') && !request.headers['user-agent']) {
        void reply.code(403).type('text/plain; charset=UTF-8').send('error code: 1010');
        return;
      }
      done();
    });
    app.setNotFoundHandler((request, reply) =>
      reply.code(404).send(springError(404, 'Not Found', request.url).body),
    );
    app.setErrorHandler((error: { statusCode?: number; message: string }, request, reply) => {
      const status = error.statusCode ?? 500;
      return reply.code(status).send(springError(status, error.message, request.url).body);
    });
    marketRoutes(app, this.parts);
    veoRoutes(app, this.parts);
    uploadRoutes(app, this.parts, (request, summary) => this.describeRequest(request, summary));
    this.parts.results.routes(app);
    controlRoutes(app, this);
  }
}

function freshSettings(): KieSettings {
  return { insufficientCode: 402, pausedModels: new Set(KIE_PAUSED_MODELS) };
}
