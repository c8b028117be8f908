import { signal } from '@preact/signals';
import { onEvent, page, watchPerson } from '../../state/store.js';

/** The story that was asked for at this page and has no person yet, and who played it before. */
const awaited = signal<{ name: string; personBefore: number | null } | null>(null);

onEvent((event) => {
  const story = awaited.value;
  if (!story || event.type !== 'story' || event.story.name !== story.name) return;
  const { personId, status } = event.story;
  if (status !== 'playing') awaited.value = null;
  else if (personId !== null && personId !== story.personBefore) {
    awaited.value = null;
    if (page.value?.personId !== personId) watchPerson(personId);
  }
});

/** Shows the chat of whoever comes to play the story. */
export function showWhoPlays(name: string, personBefore: number | null): void {
  awaited.value = { name, personBefore };
}
