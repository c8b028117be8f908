import type { Decision, LegacyPerson, LegacyRow } from './import-legacy.types.js';
import { idOf, instantOf, integerOf, shown, telegramIdOf, textOf } from './values.rules.js';

/** Telegram's own limits: 64 characters of a name, 32 of a username. */
const NAME_LENGTH_MAX = 64;
/** Nobody has that many: it is a mistake of the data, which somebody should look at. */
const CREDITS_MAX = 1_000_000;

/** What is known of other rows. */
export interface PeopleContext {
  /** Telegram ids that more than one row has. */
  duplicates: ReadonlySet<number>;
  /** What the videos that are under way have taken, by Telegram id. */
  owed: ReadonlyMap<number, number>;
}

/** A balance as it stands there. */
export type LegacyBalance = { kind: 'credits'; credits: number } | { kind: 'none' } | { kind: 'unreadable' };

/** Reads a balance. The Python system took a missing one for 0. */
export function balanceOf({ credits }: LegacyRow): LegacyBalance {
  if (credits === null || credits === undefined) return { kind: 'none' };
  const whole = integerOf(credits);
  return whole === null ? { kind: 'unreadable' } : { kind: 'credits', credits: whole };
}

/**
 * What becomes of a row of `users`. Nothing is guessed about money: two rows of one person, or a balance that is no whole number, are for
 * the operator to decide. A negative balance is 0.
 */
export function decidePerson(row: LegacyRow, { duplicates, owed }: PeopleContext): Decision<LegacyPerson> {
  const refuse = (reason: string) => ({
    kind: 'refuse' as const,
    reason: `${reason}; credits: ${shown(row['credits'])}`,
  });
  const legacyId = idOf(row['id']);
  const tgUserId = telegramIdOf(row['tg_user_id']);
  if (legacyId === null) return refuse('it has no id');
  if (tgUserId === null) return refuse(`tg_user_id ${shown(row['tg_user_id'])} is nobody in Telegram`);
  if (duplicates.has(tgUserId)) return refuse(`another row has the same tg_user_id ${tgUserId}`);
  const balance = balanceOf(row);
  if (balance.kind === 'unreadable') return refuse('the balance is no whole number');
  const known = balance.kind === 'credits' ? balance.credits : 0;
  const credits = Math.max(0, known) + (owed.get(tgUserId) ?? 0);
  if (credits > CREDITS_MAX) return refuse(`more than ${CREDITS_MAX} credits`);
  const notes = [
    ...(balance.kind === 'none' ? ['it has no balance: imported with 0'] : []),
    ...(known < 0 ? [`the balance ${known} is imported as 0`] : []),
  ];
  return { kind: 'take', value: { legacyId, tgUserId, credits, profile: profileOf(row) }, notes };
}

function profileOf(row: LegacyRow): LegacyPerson['profile'] {
  return {
    username: textOf(row['username'], NAME_LENGTH_MAX),
    first_name: textOf(row['first_name'], NAME_LENGTH_MAX),
    last_name: textOf(row['last_name'], NAME_LENGTH_MAX),
    created_at: instantOf(row['created_at']),
  };
}
