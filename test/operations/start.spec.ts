import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../sandbox/free-port.js';
import { waitFor } from '../support/wait-for.js';
import { build, copyClone, isRunning, lastLine, Program, run, type Outcome } from '../process/programs.js';

const ps = promisify(execFile);

interface Clone {
  path: string;
  remove(): Promise<void>;
}

let here: Clone;
let there: Clone;
let port: number;
let pagePort: number;
const programs: Program[] = [];

beforeAll(async () => {
  await build();
  [here, there] = await Promise.all([copyClone(), copyClone()]);
  [port, pagePort] = await Promise.all([freePort(), freePort()]);
});

afterAll(async () => {
  for (const program of programs) await program.destroy();
  await Promise.all([here.remove(), there.remove()]);
});

/** `npm start` in a clone, all of them wanting the same ports. */
function start(clone: Clone, env: Record<string, string> = {}): Program {
  const program = Program.start(['scripts/start.mjs'], {
    cwd: clone.path,
    env: { HOME: process.env.HOME, PORT: String(port), SANDBOX_PAGE_PORT: String(pagePort), ...env },
  });
  programs.push(program);
  return program;
}

/** `npm run audit|sql` in a clone. */
const command = (clone: Clone, ...args: string[]): Promise<Outcome> =>
  run(['scripts/command.mjs', ...args], { cwd: clone.path, env: { HOME: process.env.HOME } });

async function pageOf(program: Program): Promise<string> {
  const [, url] = await program.says(/the chat page {3}(http:\S+)/);
  return url ?? '';
}

async function addressOf(program: Program): Promise<string> {
  const [, url] = await program.says(/application {5}(http:\S+)\/health\/ready/);
  return url ?? '';
}

/** The application of a sandbox and the PostgreSQL of its clone, with what they have started. */
async function descendantsOf(pid: number): Promise<number[]> {
  const { stdout } = await ps('ps', ['-eo', 'pid=,ppid=']);
  const rows = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const found = [pid];
  for (const parent of found)
    found.push(...rows.filter(([, ppid]) => ppid === parent).map(([own]) => own ?? 0));
  return found.slice(1);
}

/** Who is registered in a clone's running sandbox. */
async function peopleOf(clone: Clone): Promise<string[]> {
  const url = await readFile(join(clone.path, '.sandbox/database-url'), 'utf8');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ tg_user_id: string }>('select tg_user_id from users');
  await client.end();
  return rows.map(({ tg_user_id: id }) => id);
}

const register = (clone: Clone) => command(clone, 'sql', `select register_user(7, null, 'Anna', null, 'ru')`);

/** The cases build on each other: one pair of sandboxes is started, killed, and started again. */
describe('npm start', () => {
  let first: Program;
  let second: Program;

  it('says which system it is, where, and what to do next, twice at the same time', async () => {
    first = start(here);
    second = start(there);
    const urls = await Promise.all([addressOf(first), addressOf(second)]);
    expect(new Set(urls).size).toBe(2);
    expect(urls).toContain(`http://127.0.0.1:${port}`);
    const words = `(port ${port} is taken by another program)`;
    expect([first, second].filter(({ stdout }) => stdout.includes(words))).toHaveLength(1);
    const pages = await Promise.all([pageOf(first), pageOf(second)]);
    expect(new Set(pages).size).toBe(2);
    expect(pages).toContain(`http://127.0.0.1:${pagePort}`);
    for (const page of pages) expect(await (await fetch(page)).text()).toContain('<div id="page">');
    for (const [index, program] of [first, second].entries()) {
      expect((await fetch(`${urls[index]}/health/ready`)).status).toBe(200);
      expect(program.stdout).toContain('Neurocards runs in the sandbox (APP_ENV=sandbox)');
      expect(program.stdout).toMatch(/npm run demo .*\n(.*\n)*.*npm run audit/);
      expect(program.stdout).toMatch(/set APP_ENV=staging or production/);
      expect(program.stdout).not.toMatch(/:[^:@/\s]+@/);
    }
  });

  it('refuses a second sandbox in the same clone', async () => {
    const third = start(here);
    const outcome = await third.ended;
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expect(outcome.stderr).toMatch(/^The sandbox of this clone already runs/);
    expect((await fetch(`${await addressOf(first)}/health/ready`)).status).toBe(200);
  });

  it('lets npm run audit and npm run sql find its database, and nobody else', async () => {
    const registered = await register(here);
    expect(registered).toMatchObject({ code: 0, stderr: '' });
    const audit = await command(here, 'audit', '--json');
    expect(audit).toMatchObject({ code: 0, stderr: '' });
    expect(lastLine(audit)).toMatchObject({ drift: 0, rows_checked: expect.any(Number) as number });
    expect(await peopleOf(there)).toEqual([]);
    for (const [name, mode] of [
      ['.sandbox', 0o700],
      ['.sandbox/database-url', 0o600],
      ['.sandbox/app.log', 0o600],
    ] as const) {
      expect((await stat(join(here.path, name))).mode & 0o777, name).toBe(mode);
    }
  });

  it('takes its application and its PostgreSQL with it, even at kill -9', async () => {
    const pids = await descendantsOf(first.pid);
    expect(pids.length).toBeGreaterThan(2);
    first.kill('SIGKILL');
    await waitFor(() => !pids.some(isRunning), { what: 'the end of all processes', timeoutMs: 25_000 });
  });

  it('is named by npm run audit as what is missing', async () => {
    expect(existsSync(join(here.path, '.sandbox/database-url'))).toBe(true);
    const outcome = await command(here, 'audit');
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(/^No database: .* while "npm start" runs\. .*DATABASE_URL/);
  });

  it('starts again after that, with its data', async () => {
    first = start(here);
    await addressOf(first);
    expect(await peopleOf(here)).toEqual(['7']);
  });

  it('shows newcomers what the bot makes', async () => {
    const [, telegram] = await first.says(/fake Telegram {3}(http:\S+)/);
    const ask = async (verb: string, input: object) =>
      (await fetch(`${telegram}/_control/${verb}`, { method: 'POST', body: JSON.stringify(input) })).json();
    const personId = 8;
    await ask('addPerson', { id: personId, firstName: 'Emma', languageCode: 'en' });
    await ask('sendText', { personId, text: '/start' });
    const { messageId } = (await ask('waitForMessage', { personId, button: '1:agree' })) as {
      messageId: number;
    };
    await ask('tap', { personId, messageId, button: '1:agree' });
    await ask('waitForMessage', { personId, button: '1:create' });
    expect(await ask('sentVideos', { personId })).toHaveLength(3);
  });

  it('ends everything at Ctrl+C, which reaches it twice', async () => {
    const pids = await descendantsOf(first.pid);
    for (const program of [first, second]) {
      program.kill('SIGINT');
      program.kill('SIGINT');
    }
    expect(await first.ended).toMatchObject({ code: 0, stderr: '' });
    expect(await second.ended).toMatchObject({ code: 0, stderr: '' });
    expect(pids.filter(isRunning)).toEqual([]);
    expect(existsSync(join(here.path, '.sandbox/database-url'))).toBe(false);
  });

  it('becomes the application where APP_ENV names a real system, and lists what is missing', async () => {
    const outcome = await start(here, { APP_ENV: 'production' }).ended;
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    for (const name of ['BOT_TOKEN', 'DATABASE_URL', 'OPENAI_API_KEY', 'KIE_API_KEY']) {
      expect(outcome.stderr).toContain(`  - ${name}: missing\n`);
    }
  });
});
