import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppModule } from '../src/app.module.js';
import { createHttpAdapter, HttpErrorsFilter, ROLES, type Role } from '../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { testEnv } from './support/env.js';

interface Route {
  route: string;
  /** Who may call it, and how it knows them. */
  guard: string;
  /** What somebody without that is answered. */
  strangers: number;
  /** The roles that serve it. */
  roles: readonly Role[];
}

/** Where nothing was built yet there is no page either. */
const CONSOLE_PAGE = existsSync(new URL('../dist/web/console/assets', import.meta.url)) ? 200 : 404;
/** What operators read. */
const CONSOLE_READS = [
  ...['overview', 'figures', 'supply', 'audits', 'reconciliations', 'operator-actions'],
  ...['late-notices', 'dropped-notices'],
  ...['jobs', 'jobs/:id', 'jobs/:id/photo', 'payments', 'payments/:id'],
  ...['people', 'people/:id', 'people/:id/history', 'people/:id/jobs', 'people/:id/payments'],
];

/** Every address that a process answers. A new one belongs here first, with its guard. */
const ROUTES: readonly Route[] = [
  { route: 'GET /health/live', guard: 'nobody: it tells nothing', strangers: 200, roles: ROLES },
  {
    route: 'GET /health/ready',
    guard: 'nobody: it names what is missing, no more',
    strangers: 503,
    roles: ROLES,
  },
  {
    route: 'GET /metrics',
    guard: 'Prometheus: METRICS_TOKEN, compared in constant time; without one, loopback and private networks',
    strangers: 403,
    roles: ROLES,
  },
  {
    route: 'POST /telegram/webhook',
    guard: 'Telegram: the secret header, compared in constant time',
    strangers: 401,
    roles: ['bot'],
  },
  {
    route: 'POST /webhooks/kie/:taskRowId',
    guard: 'KIE: the random id of a task of ours; its body is only a hint; signed where there is a key',
    strangers: 404,
    roles: ['bot'],
  },
  {
    route: 'POST /webhooks/yookassa',
    guard: 'YooKassa: its networks, behind our proxies; only an id is taken, and the payment is read back',
    strangers: 403,
    roles: ['bot'],
  },
  {
    route: 'GET /console',
    guard: 'nobody: the page without any data',
    strangers: CONSOLE_PAGE,
    roles: ['console'],
  },
  {
    route: 'GET /console/assets/:name',
    guard: 'nobody: files of the page, by names of the build',
    strangers: 404,
    roles: ['console'],
  },
  {
    route: 'GET /console/api/session',
    guard: 'nobody: it says whether one is logged in',
    strangers: 200,
    roles: ['console'],
  },
  ...['login', 'logout'].map((name) => ({
    route: `POST /console/api/${name}`,
    guard: 'our own page: origin, header and JSON; the password, rarely',
    strangers: 403,
    roles: ['console'] as const,
  })),
  {
    route: 'POST /console/api/actions',
    guard: "our own page: origin, header and JSON; an operator's session",
    strangers: 403,
    roles: ['console'],
  },
  ...CONSOLE_READS.map((name) => ({
    route: `GET /console/api/${name}`,
    guard: "an operator's session, by its cookie",
    strangers: 401,
    roles: ['console'] as const,
  })),
];

let db: TestDatabase;
let storage: string;

beforeAll(async () => {
  db = await createTestDatabase();
  storage = await mkdtemp(join(tmpdir(), 'neurocards-routes-'));
});

afterAll(async () => {
  await rm(storage, { recursive: true, force: true });
  await db.drop();
});

/** The routes of a process with the given roles, as its HTTP server knows them. */
async function startRoles(roles: readonly Role[], settings: Record<string, string> = {}) {
  const env = testEnv({
    ROLES: roles.join(','),
    PUBLIC_BASE_URL: 'http://127.0.0.1:1',
    DATABASE_URL: db.url,
    STORAGE_BASE_PATH: storage,
    TELEGRAM_API_ROOT: 'http://127.0.0.1:1',
    TELEGRAM_MODE: 'webhook',
    WEBHOOK_SECRET_TOKEN: 'a-secret-of-the-tests',
    ...settings,
  });
  const adapter = createHttpAdapter();
  const routes: string[] = [];
  adapter.getInstance().addHook('onRoute', ({ method, url }) => {
    // Fastify answers HEAD wherever it answers GET.
    for (const one of [method].flat()) if (one !== 'HEAD') routes.push(`${one} ${url}`);
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.forRoles(env), adapter, {
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new HttpErrorsFilter());
  await app.init();
  return { app, routes: routes.sort() };
}

describe('the routes of a process', () => {
  it.each(ROLES.map((role) => [role]))('with the role %s are those of the list', async (role) => {
    const { app, routes } = await startRoles([role]);
    await app.close();
    const expected = ROUTES.filter(({ roles }) => roles.includes(role)).map(({ route }) => route);
    expect(routes).toEqual(expected.sort());
  });

  it('F-02 F-21 take payments however updates come, and whatever is on sale', async () => {
    const others: Record<string, string>[] = [
      { TELEGRAM_MODE: 'polling' },
      { TELEGRAM_STARS: 'on' },
      { TELEGRAM_STARS: 'off' },
    ];
    for (const settings of others) {
      const { app, routes } = await startRoles(['bot'], settings);
      await app.close();
      expect(routes).toContain('POST /webhooks/yookassa');
    }
  });

  it('turn strangers away', async () => {
    const { app } = await startRoles(ROLES);
    try {
      for (const { route, strangers } of ROUTES) {
        const [method, pattern = ''] = route.split(' ');
        const url = pattern.replace(/:\w+/, '0198c0de-0000-4000-8000-000000000000');
        const answer = await app.inject({
          method: method as 'GET' | 'POST',
          url,
          remoteAddress: '203.0.113.9',
          ...(method === 'POST' ? { payload: { update_id: 1 } } : {}),
        });
        expect(answer.statusCode, route).toBe(strangers);
      }
      // A photo is in no reach of whoever knows its path, either.
      const photo = 'inputs/42/0198c0de-0000-4000-8000-000000000000.jpg';
      for (const url of [`/${photo}`, `/storage/${photo}`, `/files/${photo}`, `/storage/..%2f${photo}`]) {
        expect((await app.inject({ method: 'GET', url })).statusCode, url).toBe(404);
      }
    } finally {
      await app.close();
    }
  });
});
