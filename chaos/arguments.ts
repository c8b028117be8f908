/** The arguments cannot be used; the message says how it is done. */
export class UsageError extends Error {}

/** A whole number from a command line. @throws UsageError, with how the program is called. */
export function readNumber(
  text: string,
  { name, min, max, usage }: { name: string; min: number; max: number; usage: string },
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`${name} takes a whole number from ${min} to ${max}, not "${text}".\n\n${usage}`);
}
