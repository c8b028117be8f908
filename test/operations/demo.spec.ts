import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { STORIES } from '../../sandbox/demo/stories/index.js';
import { SANDBOX_KIE_KEY, SANDBOX_KIE_SPARE_KEY } from '../../sandbox/kie/index.js';
import { SANDBOX_OPENAI_KEY } from '../../sandbox/openai/index.js';
import { SANDBOX_YOOKASSA_API_KEY } from '../../sandbox/yookassa/index.js';
import type { RecordedCall } from '../../sandbox/fake-server.js';
import { SANDBOX_BOT_TOKEN } from '../../sandbox/telegram/index.js';
import { createTestDatabase } from '../support/database.js';
import { problemsOf } from '../kie/published-requests.js';
import { build, isRunning, lastLine, Program, run } from '../process/programs.js';

/** What `--json` prints. */
interface Report {
  ok: boolean;
  scenarios: {
    name: string;
    ok: boolean;
    problem?: string;
    jobs: { id: string; status: string; failure_reason: string | null; kie_tasks: number; sends: number }[];
    balance_before: number;
    balance_after: number;
    messages: { at_s: number; from: string; what: string; text: string }[];
  }[];
  audit: { rows_checked: number; drift: number; problems: unknown[] };
}

let folder: string;

beforeAll(async () => {
  await build();
  folder = await mkdtemp(join(tmpdir(), 'neurocards-test-demo-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const env = { HOME: process.env.HOME };
const demo = (...args: string[]) => run(['scripts/demo.mjs', ...args], { env });

// At the same time: several demos play beside each other.
describe.concurrent('npm run demo', () => {
  it('prints a report of one shape and records every call, without a secret', async () => {
    const file = join(folder, 'calls.jsonl');
    const outcome = await demo('--scenario', 'moderation', '--json', '--record', file);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    const report = lastLine<Report>(outcome);
    expect(report).toEqual({
      ok: true,
      scenarios: [
        {
          name: 'moderation',
          ok: true,
          jobs: [
            {
              id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
              status: 'failed',
              failure_reason: 'moderation_text',
              kie_tasks: 1,
              sends: 0,
            },
          ],
          balance_before: 2,
          balance_after: 2,
          messages: expect.arrayContaining([
            { at_s: expect.any(Number) as number, from: 'person', what: 'text', text: '/start' },
          ]) as Report['scenarios'][number]['messages'],
        },
      ],
      audit: { rows_checked: expect.any(Number) as number, drift: 0, problems: [] },
    });
    expect(report.audit.rows_checked).toBeGreaterThan(5);

    const text = await readFile(file, 'utf8');
    const calls = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RecordedCall);
    for (const call of calls) {
      expect(Object.keys(call)).toEqual([
        'provider',
        'method',
        'url',
        'request',
        'status',
        'response',
        'at',
        'duration_ms',
      ]);
    }
    expect(new Set(calls.map(({ provider }) => provider))).toEqual(
      new Set(['telegram', 'kie', 'openai', 'yookassa']),
    );
    expect(calls.map(({ url }) => new URL(url).pathname)).toEqual(
      expect.arrayContaining(['/bot%3Ctoken%3E/sendMessage', '/api/v1/jobs/createTask', '/v1/responses']),
    );
    expect(calls.filter(({ provider }) => provider === 'kie').flatMap(problemsOf)).toEqual([]);
    const secrets = [
      ...[SANDBOX_BOT_TOKEN, SANDBOX_KIE_KEY, SANDBOX_KIE_SPARE_KEY, SANDBOX_OPENAI_KEY],
      SANDBOX_YOOKASSA_API_KEY,
    ];
    for (const secret of secrets) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(secret.split(':').at(-1));
    }
    const registered = calls.find(({ url }) => url.endsWith('/setWebhook'))?.request;
    expect(registered).toMatchObject({ url: expect.any(String) as string });
    expect(JSON.stringify(registered)).not.toMatch(/"secret_token":"[0-9a-f]{48}"/);
  });

  it('exits 2 for a story that there is not, with the list of those there are', async () => {
    const outcome = await demo('--scenario', 'tragedy');
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/^There is no story "tragedy"\.\n/);
    for (const { name } of STORIES) expect(outcome.stderr).toMatch(new RegExp(`[ ,]${name}[,\\n]`));
  });

  it('exits 1 when a promise is not kept, and says which', async () => {
    const db = await createTestDatabase();
    // A system that gives one credit too many.
    await db.query(`create function too_kind() returns trigger language plpgsql as $$ declare who bigint; begin
      select tg_user_id into who from users where id = new.user_id;
      perform add_credits(who, 1, 'bonus', 'too-kind-' || who); return null; end $$`);
    await db.query(`create trigger too_kind after insert on credits_history
      for each row when (new.operation_type = 'signup') execute function too_kind()`);
    try {
      const outcome = await run(['scripts/demo.mjs', '--json'], { env: { ...env, DATABASE_URL: db.url } });
      expect(outcome.code).toBe(1);
      expect(outcome.stdout).toContain('✘ happy: Not true: the balance is 2 (it is 3)');
      expect(outcome.stdout).toContain('✘ 0 of 1 stories, not kept: happy');
      expect(lastLine<Report>(outcome)).toMatchObject({
        ok: false,
        scenarios: [{ name: 'happy', ok: false, problem: 'Not true: the balance is 2 (it is 3)' }],
        audit: { drift: 0 },
      });
    } finally {
      await db.drop();
    }
  });

  it.each([
    [['--record', '/nowhere/calls.jsonl'], {}, /^The calls cannot be recorded: ENOENT/],
    [[], { APP_ENV: 'production' }, /^The demo invents people and credits: .*APP_ENV=production/],
  ])('says in a sentence why it cannot: %j', async (args, extra, words) => {
    const outcome = await run(['scripts/demo.mjs', ...args], { env: { ...env, ...extra } });
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(words);
    expect(outcome.stderr).not.toMatch(/\n\s+at /);
  });

  it('leaves nothing behind at Ctrl+C', async () => {
    const temporary = await mkdtemp(join(folder, 'tmp-'));
    const program = Program.start(['scripts/demo.mjs', '--scenario', 'batch'], {
      env: { ...env, TMPDIR: temporary },
    });
    try {
      await program.says(/Ready in/);
      program.kill('SIGINT');
      program.kill('SIGINT');
      expect(await program.ended).toMatchObject({ code: 130, stderr: '' });
      expect(isRunning(program.pid)).toBe(false);
      const left = await readdir(temporary, { recursive: true });
      expect(left.filter((name) => /sandbox|fake-telegram|run-/.test(name))).toEqual([]);
    } finally {
      await program.destroy();
    }
  });
});
