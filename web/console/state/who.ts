import { signal } from '@preact/signals';
import type { SessionView } from '../../../src/modules/console/protocol.js';

/** Who is logged in; null for nobody, undefined as long as that is not known. */
export const session = signal<SessionView | null | undefined>(undefined);

/** The time zone of everything that is shown. */
export function timeZone(): string {
  return session.value?.timeZone ?? 'UTC';
}
