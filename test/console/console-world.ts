import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { expect } from 'vitest';
import { startApp } from '../../src/app.js';
import type { Page } from '../../src/modules/console/protocol.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testEnv } from '../support/env.js';

export const PASSWORD = 'a-password-of-the-tests';
const HOST = 'console.example';

/** An answer of the console. */
export interface Answer<T = unknown> {
  status: number;
  headers: Record<string, unknown>;
  body: T;
}

export const idsOf = ({ rows }: Page<{ id: string }>): string[] => rows.map(({ id }) => id);

/** A process of the role `console`, and an operator's browser. */
export class ConsoleWorld {
  private cookie = '';

  private constructor(
    readonly app: NestFastifyApplication,
    readonly db: TestDatabase,
  ) {}

  static async start(db?: TestDatabase, settings: Record<string, string> = {}): Promise<ConsoleWorld> {
    const database = db ?? (await createTestDatabase());
    const env = testEnv({
      ROLES: 'console',
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: database.url,
      CONSOLE_PASSWORD: PASSWORD,
      ...settings,
    });
    return new ConsoleWorld(await startApp(env), database);
  }

  async get<T>(path: string, headers: Record<string, string> = {}): Promise<Answer<T>> {
    return this.ask<T>('GET', path, { ...this.own(), ...headers });
  }

  /** What a read of the page brings, which must succeed. */
  async read<T>(path: string): Promise<T> {
    const { status, body } = await this.get<T>(path);
    expect(status, JSON.stringify(body)).toBe(200);
    return body;
  }

  /** The ids of a list; `query` as in an address. */
  async list(what: string, query: Record<string, string> = {}): Promise<string[]> {
    return idsOf(await this.read(`${what}?${new URLSearchParams(query).toString()}`));
  }

  /** As the page posts; `headers` over what it sends, an empty one left out. */
  async post<T>(path: string, body: object, headers: Record<string, string> = {}): Promise<Answer<T>> {
    const given = {
      ...this.own(),
      ...{ origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin', 'x-neurocards-console': '1' },
      ...{ 'content-type': 'application/json', ...headers },
    };
    const kept = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
    return this.ask<T>('POST', path, kept, JSON.stringify(body));
  }

  /** Logs in and keeps the cookie. */
  async logIn(operator = 'Olga', password = PASSWORD): Promise<Answer> {
    const answer = await this.post('login', { operator, password });
    const [cookie = ''] = [answer.headers['set-cookie'] as string | string[] | undefined].flat();
    if (answer.status === 200) this.cookie = (cookie ?? '').split(';')[0] ?? '';
    return answer;
  }

  /** What the browser holds. */
  get token(): string {
    return this.cookie;
  }

  async stop(): Promise<void> {
    await this.app.close();
    await this.db.drop();
  }

  private own(): Record<string, string> {
    return { host: HOST, ...(this.cookie ? { cookie: this.cookie } : {}) };
  }

  private async ask<T>(
    method: 'GET' | 'POST',
    path: string,
    headers: Record<string, string>,
    payload?: string,
  ): Promise<Answer<T>> {
    const url = path.startsWith('/') ? path : `/console/api/${path}`;
    const { statusCode, headers: received, body } = await this.app.inject({ method, url, headers, payload });
    const isJson = String(received['content-type']).startsWith('application/json');
    return { status: statusCode, headers: received, body: (isJson ? JSON.parse(body) : body) as T };
  }
}
