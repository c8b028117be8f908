/** One bigger than how many people there may be: a prime, so that no two people share an id. */
const IDS = 1_000_003;
const STEP = 618_033;
const FIRST_ID = 6_000_000_000;

/** Telegram's id of the person who came as the n-th, from 1 on; as `filling.sql.ts` has it. */
export function idOfPerson(n: number): number {
  return FIRST_ID + ((n * STEP) % IDS);
}

/**
 * Numbers of people who are all apart from each other, have not blocked the bot, and have credits left. `draw` gives numbers from 0 to 1.
 *
 * @throws RangeError when there are not so many.
 */
export function pickPeople(people: number, count: number, draw: () => number): number[] {
  const picked = new Set<number>();
  const tens = Math.floor(people / 10);
  if (count * 2 > tens) throw new RangeError(`${people} people are too few to pick ${count}`);
  // In each ten the ninth has bought four times, and the sixth once; neither ends in what has blocked the bot.
  while (picked.size < count) picked.add(Math.floor(draw() * tens) * 10 + (draw() < 0.5 ? 9 : 6));
  return [...picked];
}
