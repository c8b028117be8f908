import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../../sandbox/postgres/index.js';
import { migrateDatabase } from '../../src/platform/index.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** A superuser's URL of the run's PostgreSQL. */
    postgresUrl: string;
    /** The name of the migrated database to clone. */
    postgresTemplate: string;
  }
}

interface TestPostgres {
  url: string;
  template: string;
  stop(): Promise<void>;
}

interface SharedTestPostgres {
  users: number;
  started: Promise<TestPostgres>;
}

// Each Vitest project loads this file by itself, so a variable of the module would start one server per project.
const shelf = globalThis as typeof globalThis & { neurocardsTestPostgres?: SharedTestPostgres };

/**
 * Starts one PostgreSQL for the whole run, or takes the server of TEST_DATABASE_URL, and migrates the template that every
 * spec file clones. The last project to finish stops it.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const shared = (shelf.neurocardsTestPostgres ??= { users: 0, started: startTestPostgres() });
  shared.users += 1;
  const postgres = await shared.started;
  project.provide('postgresUrl', postgres.url);
  project.provide('postgresTemplate', postgres.template);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    delete shelf.neurocardsTestPostgres;
    await postgres.stop();
  };
}

async function startTestPostgres(): Promise<TestPostgres> {
  const external = process.env.TEST_DATABASE_URL;
  const server = external
    ? { url: external, stop: async () => {} }
    : await startEmbeddedPostgres({ ephemeral: true, settings: { max_connections: '300' } });
  const template = `neurocards_test_template_${randomBytes(4).toString('hex')}`;
  try {
    await makeTemplate(server.url, template);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    url: server.url,
    template,
    async stop() {
      if (external) await dropTemplate(external, template);
      await server.stop();
    },
  };
}

async function makeTemplate(url: string, template: string): Promise<void> {
  await execute(url, `create database ${template}`);
  const templateUrl = new URL(url);
  templateUrl.pathname = template;
  await migrateDatabase(templateUrl.href);
  await execute(url, `alter database ${template} is_template true allow_connections false`);
}

async function dropTemplate(url: string, template: string): Promise<void> {
  await execute(url, `alter database ${template} is_template false`);
  await execute(url, `drop database ${template} with (force)`);
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
