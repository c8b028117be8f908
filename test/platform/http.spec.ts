import { STATUS_CODES } from 'node:http';
import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Module,
  Param,
  Post,
  UnauthorizedException,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { QueryFailedError } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configureLogging, createHttpAdapter, HttpErrorsFilter, logger } from '../../src/platform/index.js';

const log = logger('things');

/** Every way in which a handler of ours can end. */
@Controller('things')
class ThingsController {
  @Get(':id')
  async find(@Param('id') id: string): Promise<{ id: string }> {
    await new Promise((resolve) => setImmediate(resolve));
    log.info({}, 'Looked');
    if (id === 'bad') throw new BadRequestException();
    if (id === 'closed') throw new UnauthorizedException();
    if (id === 'bug') throw new Error('secret inner words');
    if (id === 'gone') throw gone('connect ECONNREFUSED 10.1.2.3:5432', 'ECONNREFUSED');
    if (id === 'refused') throw gone('duplicate key value violates unique constraint "x"', '23505');
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- what a careless library does
    if (id === 'nothing') throw null;
    return { id };
  }

  @Post()
  take(@Body() body: unknown): { kind: string } {
    log.info({}, 'Took');
    return { kind: body === undefined ? 'nothing' : typeof body };
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

function gone(message: string, code: string): Error {
  return new QueryFailedError('select secret', ['secret'], Object.assign(new Error(message), { code }));
}

interface Line {
  level: string;
  msg: string;
  requestId?: string;
  [field: string]: unknown;
}

let app: NestFastifyApplication;
let url: string;
let text = '';

beforeAll(async () => {
  app = await NestFactory.create<NestFastifyApplication>(ThingsModule, createHttpAdapter(), {
    logger: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new HttpErrorsFilter());
  await app.listen({ host: '127.0.0.1', port: 0 });
  url = await app.getUrl();
  configureLogging('debug', { write: (chunk: string) => void (text += chunk) });
});

afterAll(async () => {
  configureLogging('silent');
  await app.close();
});

beforeEach(() => {
  text = '';
});

/** The lines about requests; the last one is written just after the answer has left. */
async function lines(): Promise<Line[]> {
  const read = () =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Line);
  await expect.poll(() => read().at(-1)?.msg).toBe('Answered');
  return read();
}

const post = (body: string, type = 'application/json') =>
  fetch(`${url}/things`, { method: 'POST', headers: { 'content-type': type }, body });

describe('an error in a handler', () => {
  it.each([
    ['bad', 400],
    ['closed', 401],
    ['bug', 500],
    ['nothing', 500],
    ['refused', 500],
    ['gone', 503],
  ])('%s is answered %i, and tells no more than that', async (id, status) => {
    const answer = await fetch(`${url}/things/${id}`);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
    const body = await answer.text();
    expect(JSON.parse(body)).toEqual({ statusCode: status, message: STATUS_CODES[status] });
    expect(body).not.toMatch(/secret|select|10\.1\.2\.3|constraint|at .*\.ts/);
  });

  it('is an ERROR with its stack when it is a bug, a WARN without when it is not', async () => {
    await fetch(`${url}/things/bug`);
    expect(await lines()).toContainEqual(
      expect.objectContaining({
        level: 'error',
        path: '/things/:id',
        err: expect.objectContaining({ message: 'secret inner words' }) as object,
      }),
    );
    text = '';
    await fetch(`${url}/things/gone`);
    const refusal = (await lines()).find(({ level }) => level === 'warn');
    expect(refusal).toMatchObject({ msg: 'A request must come again', status: 503 });
    expect(refusal).not.toHaveProperty('err');
  });
});

describe('a request that reaches no handler', () => {
  it('is answered 404 where nothing is', async () => {
    const answer = await fetch(`${url}/wp-login.php?user=admin`);
    expect(answer.status).toBe(404);
    expect(await lines()).toContainEqual(
      expect.objectContaining({ msg: 'Answered', path: '/wp-login.php', status: 404 }),
    );
    expect(text).not.toContain('user=admin');
  });

  it.each([
    ['half of a JSON', () => post('{"half'), 400],
    ['no JSON at all', () => post('bot token 123'), 400],
    ['an empty JSON', () => post(''), 400],
    ['a JSON that would poison objects', () => post('{"__proto__": {"admin": true}}'), 400],
    ['a type that we do not read', () => post('<x/>', 'application/xml'), 415],
    ['a body above 1 MiB', () => post(JSON.stringify('x'.repeat(1024 * 1024))), 413],
    ['an address that is not well encoded', () => fetch(`${url}/things/%E0%A4%A`), 400],
  ])('is refused for %s', async (_what, send, status) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    const body = await answer.text();
    expect(JSON.parse(body)).toMatchObject({ statusCode: status });
    expect(`${body}${text}`).not.toMatch(/bot token|node_modules/);
  });
});

describe('a request in the log', () => {
  it('has one id on all of its lines and in its answer, and none of its body', async () => {
    const answer = await post('{"words": "of a person"}');
    expect(answer.status).toBe(201);
    const written = await lines();
    expect(written.map(({ msg }) => msg)).toEqual(['Took', 'Answered']);
    expect(new Set(written.map(({ requestId }) => requestId))).toEqual(
      new Set([answer.headers.get('x-request-id')]),
    );
    expect(written[1]).toMatchObject({
      level: 'info',
      method: 'POST',
      path: '/things',
      status: 201,
      durationMs: expect.any(Number) as number,
    });
    expect(text).not.toContain('of a person');
  });

  it('keeps its id apart from that of another at the same moment', async () => {
    const ids = ['a', 'b', 'c', 'd'];
    const answers = await Promise.all(
      ids.map((id) => fetch(`${url}/things/${id}`, { headers: { 'x-request-id': 'forged' } })),
    );
    const own = answers.map((answer) => answer.headers.get('x-request-id'));
    expect(new Set(own).size).toBe(4);
    expect(own).not.toContain('forged');
    await expect.poll(() => text.split('\n').filter((line) => line.includes('"Looked"')).length).toBe(4);
    const looked = (await lines()).filter(({ msg }) => msg === 'Looked').map(({ requestId }) => requestId);
    expect(looked.sort()).toEqual([...own].sort());
  });
});
