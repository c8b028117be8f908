/** Ends what was started. */
export type Stop = () => Promise<unknown>;

/** Ends all of it, the last first. What cannot be ended does not keep the rest from ending. @throws the first error. */
export async function endAll(stops: readonly Stop[]): Promise<void> {
  const failures: unknown[] = [];
  for (const stop of stops.toReversed()) await stop().catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw failures[0];
}

/**
 * Plays a part that starts things, which all end with it, however it ends. What is told only after that, because its start was still
 * under way, ends at once.
 *
 * @param part is given what takes the ending of each thing that it has started.
 * @throws what the part throws; else as `endAll`.
 */
export async function withEndings<T>(part: (ending: (stop: Stop) => void) => Promise<T>): Promise<T> {
  const stops: Stop[] = [];
  let isOver = false;
  const ending = (stop: Stop) => {
    if (isOver) stop().catch(() => undefined);
    else stops.push(stop);
  };
  const endings = () => {
    isOver = true;
    return endAll(stops);
  };
  let result: T;
  try {
    result = await part(ending);
  } catch (error) {
    await endings().catch(() => undefined);
    throw error;
  }
  await endings();
  return result;
}
