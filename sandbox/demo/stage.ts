import type { DataSource } from 'typeorm';
import type { Sandbox } from '../sandbox.js';
import type { ChatMessage } from '../telegram/index.js';
import { checkPlayableMp4 } from './mp4-check.js';
import { DemoPerson } from './person.js';

const WAIT_MS = 60_000;
const POLL_MS = 25;

/** A job as the database and the fakes saw it. */
export interface JobSummary {
  id: string;
  status: string;
  failure_reason: string | null;
  /** Tasks that KIE really made for it. */
  kie_tasks: number;
  /** Videos that Telegram took for it. */
  sends: number;
}

/** A story's promise was not kept. */
export class StoryError extends Error {}

/** Where a story is played: one person on stage, the fakes in the wings, and what must be true afterwards. */
export class Stage {
  readonly person: DemoPerson;
  balanceBefore = 0;

  constructor(
    readonly sandbox: Sandbox,
    readonly dataSource: DataSource,
    cast: { firstName: string; languageCode: string },
  ) {
    this.person = DemoPerson.add(sandbox.world.telegram, cast.firstName, cast.languageCode);
  }

  get world(): Sandbox['world'] {
    return this.sandbox.world;
  }

  /** `/start`, up to the menu with its two welcome credits. */
  async begin(): Promise<void> {
    this.person.say('/start');
    await this.person.seesButton('1:create');
    await this.expectBalance(2);
    this.balanceBefore = 2;
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

  /** Waits for a condition, at most a minute. */
  async until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
    const deadline = performance.now() + WAIT_MS;
    while (!(await condition())) {
      if (performance.now() > deadline) throw new StoryError(`Waited ${WAIT_MS} ms in vain for: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** @throws StoryError naming what should be true and what is. */
  expect(isTrue: boolean, what: string, found?: string): void {
    if (!isTrue) throw new StoryError(`Not true: ${what}${found === undefined ? '' : ` (${found})`}`);
  }

  /** Every job of the person, oldest first. */
  async jobs(): Promise<JobSummary[]> {
    const rows = await this.dataSource.query<
      (Pick<JobSummary, 'id' | 'status' | 'failure_reason'> & { task_rows: string[] })[]
    >(
      `select j.id, j.status, j.failure_reason,
              array(select t.id::text from kie_tasks t where t.job_id = j.id) as task_rows
         from jobs j join users u on u.id = j.user_id where u.tg_user_id = $1 order by j.created_at, j.position`,
      [this.person.id],
    );
    const tasks = this.world.kie.tasks();
    const videos = this.person.videos();
    return rows.map(({ task_rows, ...job }) => ({
      ...job,
      kie_tasks: tasks.filter(({ callBackUrl }) => task_rows.some((row) => callBackUrl?.endsWith(row)))
        .length,
      sends: videos.filter(({ keyboard }) => JSON.stringify(keyboard).includes(job.id)).length,
    }));
  }
}
