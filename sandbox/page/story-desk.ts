import type { DataSource } from 'typeorm';
import { playStory } from '../demo/play.js';
import { STORIES, type Story } from '../demo/stories/index.js';
import { SandboxError } from '../errors.js';
import type { Sandbox } from '../sandbox.js';
import type { StoryState } from './protocol.js';

/** So that a person at the page can follow. */
const PAUSE_MS = 700;

/** Plays the demo's stories before the people at the page, one at a time. */
export class StoryDesk {
  private readonly states = new Map<string, StoryState>();
  private playing: Promise<void> | undefined;

  /** @param onChange told of each change of a story. */
  constructor(
    private readonly sandbox: Sandbox,
    private readonly dataSource: DataSource,
    private readonly onChange: (story: StoryState) => void,
  ) {
    for (const { name, title, long } of STORIES) {
      const isLong = long ?? false;
      this.states.set(name, { name, title, isLong, status: 'idle', personId: null, problem: null });
    }
  }

  /** All stories, in the order of the programme. */
  list(): StoryState[] {
    return [...this.states.values()];
  }

  /** Begins to play a story. Throws SandboxError when there is none of that name, or one is played already. */
  play(name: string): StoryState {
    const story = STORIES.find((one) => one.name === name);
    if (!story) throw new SandboxError(`There is no story "${name}".`);
    if (this.playing) throw new SandboxError('A story is being played: wait for its end.');
    const begun = this.change(name, { status: 'playing', personId: null, problem: null });
    // Not at once: whoever asked may still have to set the stage.
    this.playing = Promise.resolve()
      .then(() => this.perform(story))
      .finally(() => (this.playing = undefined));
    return begun;
  }

  private async perform(story: Story): Promise<void> {
    const { sandbox, dataSource } = this;
    const { name } = story;
    try {
      const { result } = await playStory(story, {
        sandbox,
        dataSource,
        pauseMs: PAUSE_MS,
        audience: ({ person }) => this.change(name, { personId: person.id }),
      });
      this.change(name, { status: result.ok ? 'kept' : 'broken', problem: result.problem ?? null });
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.change(name, { status: 'broken', problem });
    }
  }

  private change(name: string, change: Partial<StoryState>): StoryState {
    const known = this.states.get(name);
    if (!known) throw new Error(`No story ${name}`);
    const story = { ...known, ...change };
    this.states.set(name, story);
    this.onChange(story);
    return story;
  }
}
