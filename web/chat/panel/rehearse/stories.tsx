import { signal } from '@preact/signals';
import type { StoryState } from '../../../../sandbox/page/protocol.js';
import { followStory, watchPerson } from '../../state/store.js';
import { ActionButton } from '../ui/action-button.js';
import { Chip } from '../ui/chip.js';
import { Empty } from '../ui/empty.js';
import { Icon, type IconName } from '../ui/icon.js';
import { Problem } from '../ui/problem.js';
import { useAction } from '../ui/use-action.js';
import { counted } from '../../../ui/words/formatting.rules.js';
import { plain, toneOf } from '../../../ui/words/words.rules.js';
import { findStories, playingStory } from './rehearsals.rules.js';

/** What is looked for; kept while another tab is open. */
const search = signal('');

/** The demo's stories: one click plays one in the chat. */
export function Stories({ stories, personId }: { stories: readonly StoryState[]; personId: number | null }) {
  const playing = playingStory(stories);
  const found = findStories(stories, search.value);
  return (
    <section aria-labelledby="panel-stories">
      <h3 id="panel-stories" tabIndex={-1}>
        Stories
      </h3>
      <p class="panel-soft">
        Each is played by a person of its own, in the chat, and checked from the outside.
      </p>
      <label class="panel-search">
        <span class="visually-hidden">Find a story</span>
        <input
          type="search"
          placeholder="Find a story"
          value={search.value}
          onInput={({ currentTarget }) => (search.value = currentTarget.value)}
        />
      </label>
      <p class="panel-soft" role="status">
        {playing ? `Playing: ${playing.title}` : counted(found.length, 'story', 'stories')}
      </p>
      {found.length === 0 && <Empty>No story fits.</Empty>}
      <ul class="panel-list panel-stories">
        {found.map((story) => (
          <Story key={story.name} story={story} isOtherPlaying={playing !== null} personId={personId} />
        ))}
      </ul>
    </section>
  );
}

function Story(props: { story: StoryState; isOtherPlaying: boolean; personId: number | null }) {
  const { story, isOtherPlaying, personId } = props;
  const { run, isBusy, problem } = useAction();
  const player = story.status === 'idle' ? null : story.personId;
  const play = async () => {
    followStory(story.name);
    if ((await run('story', { name: story.name })) === null) followStory(null);
  };
  return (
    <li class="panel-story">
      <ActionButton label={`Play ${story.name}`} isOff={isBusy || isOtherPlaying} onPress={() => void play()}>
        <Icon name="play" />
        Play
      </ActionButton>
      <span class="panel-story-what">
        {story.title}
        <span class="panel-note">
          <code>{story.name}</code>
          {story.isLong && <span class="panel-detail">takes minutes</span>}
          {player !== null && player !== personId && (
            <button type="button" class="panel-link" onClick={() => watchPerson(player)}>
              Show the chat
            </button>
          )}
        </span>
      </span>
      <StoryStatus status={story.status} />
      {story.problem && <p class="panel-story-problem">{story.problem}</p>}
      <Problem text={problem} />
    </li>
  );
}

const MARKS: Readonly<Record<StoryState['status'], IconName | undefined>> = {
  idle: undefined,
  playing: 'play',
  kept: 'good',
  broken: 'bad',
};

function StoryStatus({ status }: { status: StoryState['status'] }) {
  if (status === 'idle') return null;
  return (
    <Chip tone={toneOf('story', status)} icon={MARKS[status]}>
      {plain('story', status)}
    </Chip>
  );
}
