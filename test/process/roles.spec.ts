import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { DemoPerson } from '../../sandbox/demo/person.js';
import { freePort } from '../../sandbox/free-port.js';
import { OutsideWorld } from '../../sandbox/outside-world.js';
import { scaledDurations } from '../../sandbox/time-scale.js';
import { ROLES, type Role } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import { build, Program } from './programs.js';

/** In which a process must be gone after SIGTERM. */
const STOP_MS = 25_000;

let db: TestDatabase;
let world: OutsideWorld;
let storage: string;
let programs: Map<Role, Program>;
let ports: Map<Role, number>;

beforeAll(async () => {
  await build();
  db = await createTestDatabase();
  world = await new OutsideWorld(new SandboxClock(60)).start();
  storage = await mkdtemp(join(tmpdir(), 'neurocards-test-storage-'));
  ports = new Map();
  programs = new Map();
  for (const role of ROLES) {
    const port = await freePort();
    ports.set(role, port);
    programs.set(role, Program.start(['dist/app/main.js'], { env: envOf(role, port) }));
  }
});

afterAll(async () => {
  for (const program of programs.values()) await program.destroy();
  await world.stop();
  await rm(storage, { recursive: true, force: true });
  await db.drop();
});

function envOf(role: Role, port: number): Record<string, string> {
  return {
    APP_ENV: 'sandbox',
    ROLES: role,
    ...world.env(),
    ...scaledDurations(world.clock),
    HOST: '127.0.0.1',
    PORT: String(port),
    DATABASE_URL: db.url,
    STORAGE_BASE_PATH: storage,
    TELEGRAM_MODE: 'polling',
    // The first prompt of a video goes to OpenAI, which this test lets hang.
    OPENAI_TIMEOUT_MS: '2000',
    LOG_LEVEL: 'debug',
    USE_POSTGRES: '1',
    PROXY_LIST: 'a-secret-proxy',
  };
}

const programOf = (role: Role) => programs.get(role) as Program;

async function readiness(role: Role) {
  const answer = await fetch(`http://127.0.0.1:${ports.get(role)}/health/ready`);
  return { status: answer.status, checks: ((await answer.json()) as { details: object }).details };
}

/** Each process by itself, as an image runs them; the cases go on where the one before has ended. */
describe('four processes, one role each', () => {
  it.each([
    ['bot', ['database', 'queues', 'telegram']],
    ['worker', ['database', 'queues']],
    ['scheduler', ['database', 'queues']],
    ['console', ['database', 'queues']],
  ] as const)('%s starts and is ready', async (role, checks) => {
    await programOf(role).says(/Neurocards is ready/);
    const ready = await waitFor(
      async () => {
        const found = await readiness(role);
        return found.status === 200 && found;
      },
      { what: `readiness of ${role}`, timeoutMs: 20_000 },
    );
    expect(Object.keys(ready.checks)).toEqual(expect.arrayContaining([...checks]));
  });

  it('make a video together', async () => {
    const person = DemoPerson.add(world.telegram, 'Анна', 'ru');
    await person.join();
    await person.fillOrder();
    await person.tap('1:confirm');
    await waitFor(() => person.videos().length === 1, { what: 'the video', timeoutMs: 30_000 });
  });

  it('F-80 end with 0 in time: the bot in its long poll, the worker with a job in hand that it finishes', async () => {
    const person = DemoPerson.add(world.telegram, 'Emma', 'en');
    await person.join();
    await person.fillOrder();
    // Or the look at the photo would be what hangs.
    const looked = async () => (await db.query(`select 1 from photo_looks where state = 'looked'`)).length;
    await waitFor(async () => (await looked()) === 2, { what: 'the look at the second photo' });
    const hang = { kind: 'hang', route: 'responses' } as const;
    world.openAi.failNext(hang);
    await person.tap('1:confirm');
    await waitFor(() => !world.openAi.plans.isPlanned(hang), { what: 'the call to OpenAI' });
    await waitFor(() => world.telegram.listening === 'polling', { what: 'the long poll' });
    const startedAt = performance.now();
    for (const role of ROLES) programOf(role).kill('SIGTERM');
    await programOf('worker').says(/"msg":"Stopping/);
    // Ctrl+C and a supervisor's second try: neither may cut the stop short.
    for (const role of ROLES) programOf(role).kill('SIGTERM');
    programOf('worker').kill('SIGINT');
    const outcomes = await Promise.all(ROLES.map((role) => programOf(role).ended));
    expect(performance.now() - startedAt).toBeLessThan(STOP_MS);
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' });
      expect(outcome.stdout).toMatch(/"msg":"Stopped"/);
      expect(outcome.stdout).not.toMatch(/A wake-up was not queued|QueueUnavailableError/);
    }
    const jobs = await db.query(
      `select status, step, prompt_source from jobs order by created_at desc limit 1`,
    );
    expect(jobs).toEqual([{ status: 'queued', step: 'create', prompt_source: 'template' }]);
  });

  it('said once that settings of the former system mean nothing any more', () => {
    for (const program of programs.values()) {
      const said = program.logLines().filter(({ finding }) => finding === 'SETTINGS_OBSOLETE');
      expect(said).toEqual([
        expect.objectContaining({
          level: 'warn',
          msg: 'These settings mean nothing any more: USE_POSTGRES, PROXY_LIST.',
          mend: 'Remove them.',
        }),
      ]);
    }
  });

  it('wrote lines with the ids of what they are about, and no secret', () => {
    const bot = programOf('bot').logLines();
    expect(bot).toContainEqual(
      expect.objectContaining({
        userId: expect.any(String) as string,
        updateId: expect.any(Number) as number,
      }),
    );
    expect(programOf('worker').logLines()).toContainEqual(
      expect.objectContaining({ jobId: expect.any(String) as string, queue: expect.any(String) as string }),
    );
    const { BOT_TOKEN, OPENAI_API_KEY, KIE_API_KEY } = world.env();
    const secrets = [BOT_TOKEN, OPENAI_API_KEY, KIE_API_KEY, new URL(db.url).password, 'a-secret-proxy'];
    for (const program of programs.values()) {
      // Every line is JSON.
      expect(program.logLines()).toHaveLength(program.stdout.trimEnd().split('\n').length);
      for (const secret of secrets) expect(program.stdout).not.toContain(secret);
    }
  });
});
