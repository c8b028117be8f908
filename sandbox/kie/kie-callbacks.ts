import { createHmac } from 'node:crypto';
import type { SandboxClock } from '../clock.js';
import type { KieTask } from './kie-tasks.js';
import { recordOf, veoCallbackBody } from './kie-records.js';
import { pause } from '../fault-queue.js';

/** KIE waits 15 s for the answer of a callback. https://docs.kie.ai/market/bytedance/seedance-2 */
const ANSWER_TRUE_MS = 15_000;
/** The caller's own work does not run on the scaled clock, so it gets at least this long. */
const ANSWER_REAL_MS_MIN = 1_000;
/** Pauses before the repeats. KIE stops after 3 failed ones; its intervals are not published. */
const REPEAT_PAUSES_TRUE_MS = [5_000, 15_000, 45_000];

/** Sends the callbacks of finished tasks. */
export class KieCallbacks {
  /** The key of the signature; null sends none. https://docs.kie.ai/common-api/webhook-verification */
  hmacKey: string | null = null;
  /** The shortest pause before a repeat, in real milliseconds: for a caller whose start takes its own time. */
  repeatPauseRealMsMin = 0;
  /** Told when a callback is about to leave, and when it was answered 200. */
  watch: (when: 'before' | 'after') => void = () => undefined;
  private stopped = new AbortController();

  constructor(private readonly clock: SandboxClock) {}

  /** Tells the caller of a task's end as its mode wants; resolves when the last attempt is over. */
  async announce(task: KieTask): Promise<void> {
    if (!task.callBackUrl || task.callback === 'never') return;
    const { signal } = this.stopped;
    if (typeof task.callback === 'object') await pause(this.clock.realMs(task.callback.lateTrueMs));
    const times = task.callback === 'twice' ? 2 : 1;
    await Promise.all(Array.from({ length: times }, () => this.sendWithRepeats(task, signal)));
  }

  /** Tells of a task before createTask has answered; resolves after the first attempt, repeats go on by themselves. */
  async announceEarly(task: KieTask): Promise<void> {
    const { signal } = this.stopped;
    if (!(await this.send(task, { signal }))) void this.repeat(task, signal);
  }

  /** Sends one callback now, whatever the mode; `snakeCase` names the task `data.task_id`. */
  async send(
    task: KieTask,
    { attempt = 1, snakeCase = task.callback === 'snake_case', signal = this.stopped.signal } = {},
  ): Promise<boolean> {
    if (!task.callBackUrl || signal.aborted) return true;
    const body = callbackBody(task, snakeCase);
    const record = {
      sentAt: new Date().toISOString(),
      attempt,
      body,
      status: null as number | null,
      answer: '',
    };
    task.callbacks.push(record);
    // A signal takes whole milliseconds only.
    const timeoutMs = Math.round(Math.max(this.clock.realMs(ANSWER_TRUE_MS), ANSWER_REAL_MS_MIN));
    this.watch('before');
    try {
      const response = await fetch(task.callBackUrl, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'KIE-Callback',
          ...this.signature(task),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), signal]),
      });
      record.status = response.status;
      record.answer = (await response.text()).slice(0, 500);
    } catch (error) {
      record.answer = error instanceof Error ? error.name : 'Error';
    }
    if (record.status === 200) this.watch('after');
    return record.status === 200;
  }

  /** Breaks off everything that is being sent; nothing more is sent until `resume`. */
  suspend(): void {
    this.stopped.abort();
  }

  /** Allows sending again. */
  resume(): void {
    this.stopped = new AbortController();
  }

  private async sendWithRepeats(task: KieTask, signal: AbortSignal): Promise<void> {
    if (!(await this.send(task, { signal }))) await this.repeat(task, signal);
  }

  private async repeat(task: KieTask, signal: AbortSignal): Promise<void> {
    for (const [index, pauseTrueMs] of REPEAT_PAUSES_TRUE_MS.entries()) {
      await pause(Math.max(this.clock.realMs(pauseTrueMs), this.repeatPauseRealMsMin));
      if (await this.send(task, { attempt: index + 2, signal })) return;
    }
  }

  private signature(task: KieTask): Record<string, string> {
    if (this.hmacKey === null) return {};
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signature = createHmac('sha256', this.hmacKey).update(`${task.id}.${timestamp}`).digest('base64');
    return { 'X-Webhook-Timestamp': timestamp, 'X-Webhook-Signature': signature };
  }
}

function callbackBody(task: KieTask, snakeCase: boolean): Record<string, unknown> {
  if (task.route === 'veo') return veoCallbackBody(task);
  const { taskId, ...rest } = recordOf(task, task.outcome ?? 'fail');
  const blanks = task.outcome === 'success' ? { failCode: null, failMsg: null } : { resultJson: null };
  const data = { ...(snakeCase ? { task_id: taskId } : { taskId }), ...rest, ...blanks };
  return task.outcome === 'success'
    ? { code: 200, msg: 'Playground task completed successfully.', data }
    : { code: 501, msg: 'Playground task failed.', data };
}
