import type { DataSource } from 'typeorm';
import type { Sandbox } from '../sandbox.js';
import { Stage } from './stage.js';
import type { JobSummary } from './traces.js';
import type { Story } from './stories/index.js';
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

/** How many stories are played at once: they wait more than they work. */
const STORIES_AT_ONCE = 6;

/** Where a story is played, and before whom. */
export interface Theatre {
  sandbox: Sandbox;
  dataSource: DataSource;
  /** How long the person thinks before each tap and each picture, in real milliseconds; not at all when absent. */
  pauseMs?: number;
  /** Processes are killed meanwhile: what a kill may repeat, may come again. */
  mayRepeat?: boolean;
  audience?: (stage: Stage) => void;
}

/** What happens around the stories of a programme. */
export interface Around {
  /** Told of each story as soon as it is over, and again if it did not stay so. */
  onResult: (result: ScenarioResult) => Promise<void>;
  /** Processes are killed meanwhile, but not while this plays a story that must not be disturbed; null where nothing is killed. */
  playUndisturbed?: ((play: () => Promise<void>) => Promise<void>) | null;
}

/** A story that was played, and where. */
export interface Played {
  stage: Stage;
  result: ScenarioResult;
}

/**
 * Plays stories, side by side where they allow it, and looks at all of them once more at the end.
 *
 * @returns the results in the order of the stories.
 */
export async function playProgramme(
  stories: readonly Story[],
  sandbox: Sandbox,
  dataSource: DataSource,
  { onResult, playUndisturbed = null }: Around,
): Promise<ScenarioResult[]> {
  const played = new Map<Story, Played>();
  const playOne = async (story: Story): Promise<void> => {
    const one = await playStory(story, { sandbox, dataSource, mayRepeat: playUndisturbed !== null });
    played.set(story, one);
    await onResult(one.result);
  };
  const play = async (story: Story): Promise<void> => {
    if (story.undisturbed && playUndisturbed) await playUndisturbed(() => playOne(story));
    else await playOne(story);
  };
  const together = stories.filter(({ alone }) => !alone);
  together.sort((a, b) => Number(b.long ?? false) - Number(a.long ?? false));
  const next = async (): Promise<void> => {
    for (let story = together.shift(); story; story = together.shift()) await play(story);
  };
  await Promise.all(Array.from({ length: STORIES_AT_ONCE }, next));
  for (const story of stories.filter(({ alone }) => alone)) await play(story);
  const inOrder = stories.flatMap((story) => played.get(story) ?? []);
  for (const one of inOrder) if (await hasChanged(one)) await onResult(one.result);
  return inOrder.map(({ result }) => result);
}

/** A second notice or video would come late. */
async function hasChanged({ stage, result }: Played): Promise<boolean> {
  const problem = result.ok ? await problemOf(() => stage.confirmTally()) : undefined;
  if (problem === undefined) return false;
  result.ok = false;
  result.problem = `Later: ${problem}`;
  return true;
}

/**
 * Plays one story and waits until the bot has nothing more to say.
 *
 * @param audience told of the stage before anything happens on it.
 */
export async function playStory(
  story: Story,
  { sandbox, dataSource, pauseMs, mayRepeat, audience }: Theatre,
): Promise<Played> {
  const startedAt = performance.now();
  const stage = new Stage(sandbox, dataSource, { ...story.cast, pauseMs, mayRepeat });
  audience?.(stage);
  const transcript = new Transcript(sandbox.world.telegram, () => stage.person.id);
  const problem = await problemOf(async () => {
    await story.play(stage);
    await stage.until('all notices are sent', () => nothingToSay(stage));
    await stage.confirmTally();
  });
  transcript.stop();
  // Its trouble may outlive it; nobody else is on stage, so that nobody else needs what is forgotten.
  if (story.alone) await stage.closeBreakers();
  const result = {
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
  return { stage, result };
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
