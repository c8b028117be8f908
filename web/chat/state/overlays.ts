import { signal } from '@preact/signals';
import type { ChatMedia, ChatMessage } from '../../../sandbox/page/protocol.js';

/** What lies over the page, with whose it is where it acts for somebody: a list of people or the panel where there is no room for it, a picture, something to fill in. */
export type Overlay =
  | { kind: 'people' }
  | { kind: 'add_person' }
  | { kind: 'panel' }
  | { kind: 'picture'; media: ChatMedia }
  | { kind: 'files'; personId: number; files: readonly File[]; asFile: boolean }
  | { kind: 'pay'; personId: number; message: ChatMessage }
  | { kind: 'browser'; personId: number; url: string };

/** One at a time; null when the page is free. */
export const overlay = signal<Overlay | null>(null);
/** What the bot insists on being read, over everything else. */
export const alertText = signal<string | null>(null);

/** Frees the page. */
export function closeOverlay(): void {
  overlay.value = null;
}

/** Frees the page of that overlay; one that was opened since stays. */
export function closeOnly(own: Overlay | null): void {
  if (overlay.value === own) closeOverlay();
}
