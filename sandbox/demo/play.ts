import type { DataSource } from 'typeorm';
import type { Sandbox } from '../sandbox.js';
import { Stage, type JobSummary } from './stage.js';
import type { Story } from './stories.js';
import { Transcript, type TranscriptLine } from './transcript.js';

/** How a story went. */
export interface ScenarioResult {
  name: string;
  title: string;
  ok: boolean;
  problem?: string;
  personId: number;
  seconds: number;
  jobs: JobSummary[];
  balanceBefore: number;
  balanceAfter: number;
  transcript: TranscriptLine[];
}

/** Plays one story and waits until the bot has nothing more to say. */
export async function playStory(
  story: Story,
  sandbox: Sandbox,
  dataSource: DataSource,
): Promise<ScenarioResult> {
  const startedAt = performance.now();
  const stage = new Stage(sandbox, dataSource, story.cast);
  const transcript = new Transcript(sandbox.world.telegram, () => stage.person.id);
  const problem = await problemOf(async () => {
    await story.play(stage);
    await stage.until('all notices are sent', () => nothingToSay(stage));
  });
  transcript.stop();
  return {
    name: story.name,
    title: story.title,
    ok: problem === undefined,
    ...(problem === undefined ? {} : { problem }),
    personId: stage.person.id,
    seconds: (performance.now() - startedAt) / 1000,
    jobs: await stage.jobs(),
    balanceBefore: stage.balanceBefore,
    balanceAfter: await stage.balance(),
    transcript: transcript.lines,
  };
}

async function problemOf(play: () => Promise<void>): Promise<string | undefined> {
  try {
    await play();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function nothingToSay(stage: Stage): Promise<boolean> {
  const [open] = await stage.dataSource.query<{ n: number }[]>(
    `select (select count(*) from notices n join users u on u.id = n.user_id
              where u.tg_user_id = $1 and n.sent_at is null and n.dropped_at is null)::int
          + (select count(*) from progress_messages p join users u on u.id = p.user_id
              where u.tg_user_id = $1 and p.closed_at is null)::int as n`,
    [stage.person.id],
  );
  return open?.n === 0;
}
