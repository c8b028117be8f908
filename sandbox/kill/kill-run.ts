import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { CreditsAudit } from '../../src/modules/credits/light.js';
import { checkPlayableMp4 } from '../demo/mp4-check.js';
import { buttonOf } from '../demo/person.js';
import { Stage } from '../demo/stage.js';
import { readTally } from '../demo/tally.js';
import type { KieTaskView } from '../kie/index.js';
import type { Sandbox } from '../sandbox.js';
import type { Target } from './targets.js';
import type { Trap } from './trap.js';
import { problemOf, type RunFacts } from './verdict.js';

/** How a run went; one element of the JSON. */
export interface KillResult {
  point: string;
  seed: number;
  run: number;
  status: string | null;
  failure_reason: string | null;
  balance: number;
  paid_tasks: number;
  sends: number;
  audit_drift: number;
  /** From the kill to the job's end; 0 for a job that was over by then, null without a kill or an end. */
  recovered_in_s: number | null;
  ok: boolean;
  problem?: string;
}

export interface RunParts {
  sandbox: Sandbox;
  dataSource: DataSource;
  trap: Trap;
}

/** Longer than anything that a run waits for: every deadline and every lease ends before. */
const OVER_TIMEOUT_MS = 90_000;
const POLL_MS = 25;
const TAPS_MAX = 3;
/** A statement or a call that was on its way at the kill takes no longer. */
const LAST_WORDS_MS = 250;
/** A callback and its three repeats. */
const KIE_CALLS_MAX = 4;
const CAST = { firstName: 'Анна', languageCode: 'ru' } as const;

/** Whether KIE will say no more of a task: a repeat of its callback would be taken for the next order's. */
function isToldOf({ outcome, callbacks }: KieTaskView): boolean {
  const last = callbacks.at(-1);
  return outcome !== null && (last?.status === 200 || last?.attempt === KIE_CALLS_MAX);
}

/** One order of one new person, with a kill in the middle of it. */
export class KillRun {
  private readonly stage: Stage;
  private readonly lostAnswer = { video: false, notice: false };
  private confirm = { messageId: 0, data: '' };
  private taps = 0;
  private killedAtMs: number | null = null;
  private jobOverAtMs: number | null = null;
  private problem: string | undefined;

  constructor(
    private readonly parts: RunParts,
    private readonly target: Target,
    private readonly id: { seed: number; run: number },
  ) {
    this.stage = new Stage(parts.sandbox, parts.dataSource, CAST);
  }

  /** Orders, kills, starts again, and waits until the bot has nothing more to do. What goes wrong is in the result. */
  async play(): Promise<void> {
    const { trap } = this.parts;
    try {
      await this.order();
      await this.kill();
      await this.until('the order is over', () => this.isOver());
      await this.checkVideos();
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    } finally {
      trap.disarm();
    }
  }

  /** What is true now. */
  async result(): Promise<KillResult> {
    const { killedAtMs, jobOverAtMs } = this;
    const facts = await this.facts();
    const [job] = facts.jobs;
    const problem = this.problem ?? problemOf(facts);
    const recoveredMs = killedAtMs === null || jobOverAtMs === null ? null : jobOverAtMs - killedAtMs;
    return {
      point: this.target.name,
      ...this.id,
      status: job?.status ?? null,
      failure_reason: job?.failure_reason ?? null,
      balance: facts.balance,
      paid_tasks: facts.paidTasks,
      sends: facts.sends,
      audit_drift: facts.auditDrift,
      recovered_in_s: recoveredMs === null ? null : Math.round(recoveredMs / 100) / 10,
      ok: problem === undefined,
      ...(problem === undefined ? {} : { problem }),
    };
  }

  /** Up to the tap on "Start", whose answer may never come. */
  private async order(): Promise<void> {
    const { stage, target } = this;
    await stage.begin();
    const confirm = await stage.person.fillOrder();
    await this.until('all updates are taken', () => stage.world.telegram.pendingUpdates() === 0);
    if (target.course === 'refused') stage.world.kie.nextTask({ ending: 'moderation_text' });
    this.confirm = { messageId: confirm.messageId, data: buttonOf(confirm, '1:confirm:') ?? '' };
    this.parts.trap.arm('point' in target.at ? target.at.point : null);
    this.tap();
  }

  private tap(): void {
    this.taps += 1;
    const { world, person } = this.stage;
    world.telegram.tapData(person.id, this.confirm.messageId, this.confirm.data);
  }

  private async kill(): Promise<void> {
    const { trap, sandbox } = this.parts;
    const { at } = this.target;
    const timer = 'afterMs' in at ? setTimeout(() => trap.spring(), at.afterMs) : undefined;
    try {
      await this.until('the kill', async () => {
        if (this.target.chatIsBusy) await this.writeToChat();
        return trap.killedAtMs !== null || ('point' in at && (await this.isOver()));
      });
    } finally {
      clearTimeout(timer);
    }
    if (trap.killedAtMs === null) throw new Error('the point was not reached');
    this.killedAtMs = trap.killedAtMs;
    await sandbox.app.ended;
    // What it had sent off before its end is still done by the others.
    await pause(LAST_WORDS_MS);
    await this.noteLostAnswers();
    await sandbox.restart();
  }

  /** Takes the chat's next slots, as a message of somebody else's would. */
  private async writeToChat(): Promise<void> {
    await this.parts.dataSource.query(
      `insert into telegram_pacing (chat_id, next_at) values ($1, clock_timestamp() + interval '1 second')
       on conflict (chat_id) do update set next_at = excluded.next_at`,
      [this.stage.person.id],
    );
  }

  /** Nobody but the fakes moves now: what they hold and no commit tells of is what the application never heard. */
  private async noteLostAnswers(): Promise<void> {
    const facts = await this.facts();
    const [job] = facts.jobs;
    const isOver = job?.status === 'completed' || job?.status === 'failed';
    if (isOver) this.jobOverAtMs = this.killedAtMs;
    this.lostAnswer.video = facts.sends > 0 && !isOver;
    this.lostAnswer.notice = facts.notices > 0 && (await this.countUnsentNotices()) > 0;
  }

  private async isOver(): Promise<boolean> {
    const { stage } = this;
    const isTaken = stage.world.telegram.pendingUpdates() === 0;
    const jobs = await stage.jobs();
    // Telegram drops a tap after 150 s, in which a slow machine has not started again. Nothing happens, so the person taps again.
    if (jobs.length === 0 && isTaken && this.taps < TAPS_MAX) this.tap();
    if (jobs.length === 0 || !jobs.every(({ status }) => status === 'completed' || status === 'failed')) {
      return false;
    }
    this.jobOverAtMs ??= performance.now();
    const tasks = await stage.tasks();
    const isQuiet = isTaken && tasks.every(isToldOf);
    return isQuiet && (await this.countOpen()) === 0;
  }

  private async facts(): Promise<RunFacts> {
    const { stage } = this;
    const jobs = await stage.jobs();
    const tally = await readTally(stage);
    return {
      course: this.target.course,
      jobs,
      balanceBefore: stage.balanceBefore,
      balance: tally.balance,
      paidTasks: tally.tasks,
      sends: tally.videos.length,
      notices: tally.notices.length,
      open: await this.countOpen(),
      auditDrift: (await new CreditsAudit(this.parts.dataSource).run()).drift,
      lostAnswer: this.lostAnswer,
    };
  }

  private async checkVideos(): Promise<void> {
    for (const { media } of this.stage.person.videos()) {
      checkPlayableMp4((await this.stage.world.telegram.file(media?.fileId ?? '')).bytes);
    }
  }

  private countUnsentNotices(): Promise<number> {
    return this.count(`notices n join users u on u.id = n.user_id where u.tg_user_id = $1
                         and n.sent_at is null and n.dropped_at is null`);
  }

  private async countOpen(): Promise<number> {
    const progress = await this.count(`progress_messages p join users u on u.id = p.user_id
                                        where u.tg_user_id = $1 and p.closed_at is null`);
    const callbacks = await this.count(`kie_callbacks c join kie_tasks t on t.id = c.kie_task_id
                                         join jobs j on j.id = t.job_id join users u on u.id = j.user_id
                                        where u.tg_user_id = $1 and c.check_at is not null`);
    // A late video, as a present.
    const sends = await this.count(`jobs j join users u on u.id = j.user_id
                                     where u.tg_user_id = $1 and j.status in ('completed', 'failed') and j.wake_at is not null`);
    return progress + callbacks + sends + (await this.countUnsentNotices());
  }

  private async count(from: string): Promise<number> {
    const [row] = await this.parts.dataSource.query<{ n: number }[]>(
      `select count(*)::int as n from ${from}`,
      [this.stage.person.id],
    );
    return row?.n ?? 0;
  }

  private async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + OVER_TIMEOUT_MS;
    while (!(await condition())) {
      if (performance.now() > deadline)
        throw new Error(`waited ${OVER_TIMEOUT_MS / 1000} s in vain for: ${what}`);
      await pause(POLL_MS);
    }
  }
}
