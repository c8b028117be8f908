import { signal } from '@preact/signals';
import type { SessionView } from '../../../src/modules/console/protocol.js';

/** Who is logged in; null for nobody, undefined as long as that is not known. */
export const session = signal<SessionView | null | undefined>(undefined);

/** Whether the session has ended while the console was open. The console stays, so that nothing that was begun in it is lost. */
export const isSessionOver = signal(false);

/** The time zone of everything that is shown. */
export function timeZone(): string {
  return session.value?.timeZone ?? 'UTC';
}
