import type { DataSource } from 'typeorm';
import type { FailureReason } from '../../src/modules/jobs/index.js';
import {
  htmlToPlain,
  translate,
  type Language,
  type TranslationKey,
  type TranslationParams,
} from '../../src/modules/telegram/light.js';
import type { KieTaskView } from '../kie/index.js';
import type { Sandbox } from '../sandbox.js';
import type { BotCall, ChatMessage } from '../telegram/index.js';
import { emptyQueues } from './empty-queues.js';
import { checkPlayableMp4 } from './mp4-check.js';
import { DemoPerson, type Order } from './person.js';
import type { Cast } from './stories/story.js';
import { describeTally, fits, hasCome, readTally, type Expectation } from './tally.js';
import { findJobs, findTasks, type JobSummary } from './traces.js';

const WAIT_REAL_MS_MIN = 60_000;
/** Longer than the longest life of a video. */
const WAIT_TRUE_MS = 30 * 60_000;
const POLL_MS = 25;

/** A story's promise was not kept. */
export class StoryError extends Error {}

/** Where a story is played: one person on stage, the fakes in the wings, and what must be true afterwards. */
export class Stage {
  readonly person: DemoPerson;
  readonly language: Language;
  balanceBefore = 0;
  readonly mayRepeat: boolean;
  private expected: Expectation | undefined;

  constructor(
    readonly sandbox: Sandbox,
    readonly dataSource: DataSource,
    {
      firstName,
      languageCode,
      pauseMs,
      mayRepeat = false,
    }: Cast & {
      pauseMs?: number | undefined;
      /** Processes are killed meanwhile. */
      mayRepeat?: boolean | undefined;
    },
  ) {
    this.mayRepeat = mayRepeat;
    this.language = languageCode;
    this.person = DemoPerson.add(sandbox.world.telegram, firstName, languageCode, { pauseMs });
  }

  get world(): Sandbox['world'] {
    return this.sandbox.world;
  }

  /** Words that mean nothing to anybody and pass from the description to KIE: what goes wrong there hits this person only. */
  get mark(): string {
    return `[[demo:${this.person.id}]]`;
  }

  /** `/start`, up to the menu with its two welcome credits. */
  async begin(): Promise<void> {
    await this.person.join();
    await this.expectBalance(2);
    this.balanceBefore = 2;
  }

  /** From the menu to the tap on "start", with the mark in the description. */
  async order(order: Order & { description: string }): Promise<void> {
    await this.person.fillOrder({ ...order, description: `${order.description} ${this.mark}` });
    await this.person.tap('1:confirm');
  }

  /** An operator's gift, by the function that operators use. */
  async giveCredits(amount: number): Promise<void> {
    await this.dataSource.query(`select add_credits($1, $2, 'bonus', $3)`, [
      this.person.id,
      amount,
      `demo-${this.person.id}-${amount}`,
    ]);
    this.balanceBefore += amount;
  }

  async balance(): Promise<number> {
    const [row] = await this.dataSource.query<{ credits: number }[]>(
      'select credits from users where tg_user_id = $1',
      [this.person.id],
    );
    return row?.credits ?? 0;
  }

  async expectBalance(expected: number): Promise<void> {
    const balance = await this.balance();
    this.expect(balance === expected, `the balance is ${expected}`, `it is ${balance}`);
  }

  /** Waits until the person's jobs are as many as said and all over, and returns them. */
  async jobsOver(count: number): Promise<JobSummary[]> {
    await this.until(`${count} job(s) over`, async () => {
      const jobs = await this.jobs();
      return (
        jobs.length === count && jobs.every(({ status }) => status === 'completed' || status === 'failed')
      );
    });
    return this.jobs();
  }

  /** Waits for `count` videos in the chat and plays each as far as a program can. */
  async videosArrive(count: number): Promise<ChatMessage[]> {
    await this.until(`${count} video(s) in the chat`, () => this.person.videos().length === count);
    const videos = this.person.videos();
    for (const video of videos) {
      const { bytes } = await this.world.telegram.file(video.media?.fileId ?? '');
      checkPlayableMp4(bytes);
      const { widthPx, heightPx } = video.media ?? {};
      this.expect((heightPx ?? 0) > (widthPx ?? 0), 'the video is vertical', `${widthPx}x${heightPx}`);
    }
    return videos;
  }

  /** A text of the bot in the person's language, as they read it. */
  text(key: TranslationKey, params: TranslationParams = {}): string {
    return htmlToPlain(translate(this.language, key, params));
  }

  /** The notice of a failure that gave one credit back, as a whole, with the balance after it. */
  noticeText(reason: FailureReason, balance: number): string {
    const money = `${this.text('notice.refunded', { count: 1 })} ${this.text('balance', { count: balance })}`;
    return `${this.text(`notice.failed.${reason}`)}\n\n${money}`;
  }

  /** Waits for a message that holds the text. */
  async seesText(key: TranslationKey, params: TranslationParams = {}): Promise<ChatMessage> {
    const text = this.text(key, params);
    return this.person.sees((message) => message.text.includes(text), this.patienceMs);
  }

  /** Waits until all messages have come, compares, and remembers what was expected: it must still be so at the end. */
  async expectTally(expected: Expectation): Promise<void> {
    this.expected = expected;
    await this.until(describeTally(expected), async () => hasCome(await readTally(this), expected));
    await this.confirmTally();
  }

  /** Whether what was expected last still holds: nothing more was charged, made, sent or said. */
  async confirmTally(): Promise<void> {
    if (!this.expected) return;
    const found = await readTally(this);
    for (const [name, value] of Object.entries(this.expected)) {
      const is = found[name as keyof typeof found];
      this.expect(fits(name, value, is, this), `${name}: ${JSON.stringify(value)}`, JSON.stringify(is));
    }
  }

  /** Waits for a condition, at least a minute. */
  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + this.patienceMs;
    while (!(await condition())) {
      if (performance.now() > deadline)
        throw new StoryError(`Waited ${Math.round(this.patienceMs)} ms in vain for: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** @throws StoryError naming what should be true and what is. */
  expect(isTrue: boolean, what: string, found?: string): void {
    if (!isTrue) throw new StoryError(`Not true: ${what}${found === undefined ? '' : ` (${found})`}`);
  }

  /** Every job of the person, oldest first. */
  jobs(): Promise<JobSummary[]> {
    return findJobs(this);
  }

  /** The tasks that KIE really made for the person, oldest first. */
  tasks(): Promise<KieTaskView[]> {
    return findTasks(this);
  }

  /** Waits until KIE has made `count` tasks for the person, and returns the newest. */
  async taskMade(count = 1): Promise<KieTaskView> {
    await this.until(`${count} task(s) at KIE`, async () => (await this.tasks()).length === count);
    const task = (await this.tasks()).at(-1);
    if (!task) throw new StoryError('KIE forgot a task');
    return task;
  }

  /** Every try to send the person a finished video, refused ones too. */
  sends(): BotCall[] {
    return this.world.telegram
      .calls('sendVideo')
      .filter(({ args }) => args['chat_id'] === this.person.id && Boolean(args['caption']));
  }

  /** Takes everything out of the queues, wherever they are. Returns how much there was. */
  emptyQueues(): Promise<number> {
    return emptyQueues(this.sandbox.env, this.dataSource);
  }

  /** Forgets what the application leaves alone for a while, so that the next story meets healthy providers. */
  async closeBreakers(): Promise<void> {
    await this.dataSource.query('delete from breakers');
  }

  private get patienceMs(): number {
    return Math.max(WAIT_REAL_MS_MIN, this.world.clock.realMs(WAIT_TRUE_MS));
  }
}
