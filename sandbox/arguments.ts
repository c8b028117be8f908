import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The arguments cannot be used; the message says why. Whoever prints it adds how the program is called. */
export class UsageError extends Error {}

/** What stands on a command line. @throws UsageError for an option that is not one of these. */
export function readArguments<const O extends NonNullable<ParseArgsConfig['options']>>(
  args: readonly string[],
  options: O,
) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** A whole number from a command line. @throws UsageError */
export function readWhole(name: string, text: string, { min, max }: { min: number; max: number }): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new UsageError(`${name} takes a whole number from ${min} to ${max}, not "${text}".`);
}
