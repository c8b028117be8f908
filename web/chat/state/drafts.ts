import { signal } from '@preact/signals';

/** What is typed and not sent, by person. */
export const drafts = signal<ReadonlyMap<number, string>>(new Map());

/** Puts a text into a person's input field. */
export function setDraft(personId: number, text: string): void {
  drafts.value = new Map(drafts.value).set(personId, text);
}
