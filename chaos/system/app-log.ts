import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** A line of the application's log, as far as it is looked at here. */
export interface LogLine {
  level: string;
  part: string;
  msg: string;
  updateId: number | null;
  /** The class and the message of an error; empty without one. */
  error: string;
}

/** What the logs of all processes say. */
export interface LogFacts {
  /** How often each update was handled to its end. */
  over: Map<number, number>;
  errors: LogLine[];
}

const OVER = 'An update is over';

/** Reads the logs. A line that was being written when its process died is left out. */
export async function readLogs(files: readonly string[]): Promise<LogFacts> {
  const facts: LogFacts = { over: new Map(), errors: [] };
  for (const file of files) {
    const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
    for await (const text of lines) {
      const line = readLine(text);
      if (!line) continue;
      if (line.level === 'error' || line.level === 'fatal') facts.errors.push(line);
      if (line.msg === OVER && line.updateId !== null)
        facts.over.set(line.updateId, (facts.over.get(line.updateId) ?? 0) + 1);
    }
  }
  return facts;
}

const lineSchema = z.looseObject({
  level: z.string(),
  part: z.string().default(''),
  msg: z.string().default(''),
  updateId: z.number().nullable().default(null),
  err: z.looseObject({ type: z.string(), message: z.string() }).optional(),
});

function readLine(text: string): LogLine | null {
  // Half a line of a process that died stands before the first line of the next one.
  const start = text.lastIndexOf('{"level":');
  if (start < 0) return null;
  try {
    const { err, ...line } = lineSchema.parse(JSON.parse(text.slice(start)));
    const { level, part, msg, updateId } = line;
    return { level, part, msg, updateId, error: err ? `${err.type}: ${err.message}` : '' };
  } catch {
    return null;
  }
}
