import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLogs } from './app-log.js';

const over = (updateId: number) =>
  `{"level":"debug","part":"sessions","updateId":${updateId},"msg":"An update is over"}`;
const ERROR = '{"level":"error","part":"updates","err":{"type":"TypeError","message":"no"},"msg":"It broke"}';

describe('readLogs', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'neurocards-test-log-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it('counts what is over in all logs, and finds errors, also behind half a line of a process that died', async () => {
    const files = [join(folder, 'one.log'), join(folder, 'two.log')] as const;
    await writeFile(files[0], [over(1), `{"level":"info","part":"ma${over(2)}`, 'no JSON', ''].join('\n'));
    await writeFile(files[1], `${over(2)}\n${ERROR}\n{"level":"debug","msg":"cut o`);
    const { over: counted, errors } = await readLogs(files);
    expect([...counted]).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(errors).toEqual([
      { level: 'error', part: 'updates', msg: 'It broke', updateId: null, error: 'TypeError: no' },
    ]);
  });
});
