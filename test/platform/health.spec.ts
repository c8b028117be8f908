import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { HealthCheckResult } from '@nestjs/terminus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../../src/app.js';
import { configureLogging, Readiness } from '../../src/platform/index.js';
import { CuttableProxy } from '../bot/cuttable-proxy.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testEnv } from '../support/env.js';
import { waitFor } from '../support/wait-for.js';

let db: TestDatabase;
let proxy: CuttableProxy;
let app: NestFastifyApplication;
let url: string;

beforeAll(async () => {
  db = await createTestDatabase();
  proxy = await CuttableProxy.to(db.url);
  const env = testEnv({
    ROLES: 'console',
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: proxy.url,
  });
  app = await startApp(env);
  url = await app.getUrl();
});

afterAll(async () => {
  await app.close();
  await proxy.close();
  await db.drop();
});

async function ask(path: 'live' | 'ready') {
  const answer = await fetch(`${url}/health/${path}`);
  return {
    status: answer.status,
    caching: answer.headers.get('cache-control'),
    body: (await answer.json()) as HealthCheckResult,
  };
}

const ready = () => app.get(Readiness);

describe('health', () => {
  it('says what a process needs, and that it has it', async () => {
    expect(await ask('ready')).toMatchObject({
      status: 200,
      caching: 'no-cache, no-store, must-revalidate',
      body: { status: 'ok', details: { database: { status: 'up' }, queues: { status: 'up' } } },
    });
    expect(await ask('live')).toMatchObject({ status: 200, caching: 'no-store', body: { status: 'ok' } });
  });

  it('turns red while PostgreSQL is away, stays alive, and is back with it', async () => {
    let text = '';
    configureLogging('info', { write: (chunk: string) => void (text += chunk) });
    proxy.cut();
    const red = await ask('ready');
    await ask('ready');
    expect(red.status).toBe(503);
    expect(Object.keys(red.body.error ?? {}).sort()).toEqual(['database', 'queues']);
    expect(JSON.stringify(red.body)).not.toContain(new URL(db.url).password);
    expect((await ask('live')).status).toBe(200);
    proxy.mend();
    await waitFor(async () => (await ask('ready')).status === 200, { what: 'readiness' });
    configureLogging('silent');
    const words = text.split('\n').filter((line) => line.includes('"part":"health"'));
    expect(words.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual([
      'Not ready',
      'Ready again',
    ]);
  });

  it('gives each check two seconds, all of them at the same time, and names the one that hangs', async () => {
    for (const name of ['stuck', 'also stuck']) {
      ready().register({ name, check: () => new Promise(() => undefined) });
    }
    ready().register({
      name: 'broken',
      check: () => {
        throw new Error('refused by postgres://app:hunter22hunter@db/app');
      },
    });
    const startedAt = performance.now();
    const { status, body } = await ask('ready');
    expect(performance.now() - startedAt).toBeLessThan(3_500);
    expect(status).toBe(503);
    expect(body.error).toEqual({
      stuck: { status: 'down', message: 'no answer in 2000 ms' },
      'also stuck': { status: 'down', message: 'no answer in 2000 ms' },
      broken: { status: 'down', message: 'refused by postgres://app:***@db/app' },
    });
    for (const name of ['stuck', 'also stuck', 'broken']) ready().register({ name, check: () => undefined });
    expect((await ask('ready')).status).toBe(200);
  });

  it('is red from the moment on when the process is told to stop', async () => {
    ready().beginStop();
    expect(await ask('ready')).toMatchObject({
      status: 503,
      body: { error: { process: { status: 'down', message: 'is stopping' } } },
    });
    expect((await ask('live')).status).toBe(200);
  });
});
