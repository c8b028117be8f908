import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SandboxClock } from '../../sandbox/clock.js';
import { OutsideWorld } from '../../sandbox/outside-world.js';
import { ChatPage } from '../../sandbox/page/index.js';
import type { PageEvent, PageState } from '../../sandbox/page/protocol.js';
import type { AppListener } from '../../sandbox/application.js';
import type { Sandbox } from '../../sandbox/sandbox.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

const SCALE = 30;

let database: TestDatabase;
let world: OutsideWorld;
let page: ChatPage;
let filesPath: string;
const starts: string[] = [];
const listeners = new Set<AppListener>();
const listeningPages: Listener[] = [];

/** An open page, as the browser's EventSource reads it. */
class Listener {
  readonly events: PageEvent[] = [];
  private readonly abort = new AbortController();

  static async open(personId?: number): Promise<Listener> {
    const listener = new Listener();
    listeningPages.push(listener);
    const query = personId === undefined ? '' : `?personId=${personId}`;
    const { body } = await fetch(`${page.url}/api/events${query}`, { signal: listener.abort.signal });
    void listener.read(body as ReadableStream<Uint8Array>);
    await waitFor(() => listener.events.length > 0, { what: 'the hello' });
    return listener;
  }

  get hello(): PageState {
    const [first] = this.events;
    if (first?.type !== 'hello') throw new Error('A stream begins with hello');
    return first.state;
  }

  sees<T extends PageEvent['type']>(
    type: T,
    fits: (event: PageEvent & { type: T }) => boolean = () => true,
  ): Promise<PageEvent & { type: T }> {
    return waitFor(
      () =>
        this.events.find(
          (event): event is PageEvent & { type: T } => event.type === type && fits(event as never),
        ),
      { what: `an event ${type}` },
    );
  }

  close(): void {
    this.abort.abort();
  }

  private async read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const chunk of body) {
        text += decoder.decode(chunk, { stream: true });
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) {
          if (part.startsWith('data: ')) this.events.push(JSON.parse(part.slice(6)) as PageEvent);
        }
      }
    } catch {
      // Closed.
    }
  }
}

async function post(action: string, input: unknown = {}, headers: Record<string, string> = {}) {
  const response = await fetch(`${page.url}/api/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(input),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The sandbox without its application: who starts it, and how, is written down. */
function sandboxOf(): Sandbox {
  const restart = (how: string): Promise<void> => {
    starts.push(how);
    for (const isUp of [false, true])
      for (const tell of listeners) tell({ isUp, roles: /roles: (.*)/.exec(how)?.[1] ?? null });
    return Promise.resolve();
  };
  return {
    world,
    databaseUrl: database.url,
    app: { url: 'http://127.0.0.1:1' } as Sandbox['app'],
    appEndedByItself: new Promise(() => undefined),
    env: { DATABASE_URL: database.url },
    separate: null,
    logFile: '/tmp/app.log',
    logFiles: ['/tmp/app.log'],
    restart: ({ kill, roles } = {}) => restart(kill ? 'kill' : roles ? `roles: ${roles}` : 'all'),
    onAppChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setScale: (scale, { roles } = {}) => {
      world.clock.setScale(scale);
      return restart(roles ? `roles: ${roles}` : `scale ${scale}`);
    },
    stop: () => Promise.resolve(),
  };
}

beforeAll(async () => {
  filesPath = await mkdtemp(join(tmpdir(), 'neurocards-page-'));
  await writeFile(join(filesPath, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(join(filesPath, 'return.html'), '<!doctype html><title>return</title>');
  database = await createTestDatabase();
  world = await new OutsideWorld(new SandboxClock(SCALE)).start();
  page = await ChatPage.open(sandboxOf(), { filesPath });
});

afterAll(async () => {
  for (const listener of listeningPages) listener.close();
  await page.close();
  await world.stop();
  await database.drop();
  await rm(filesPath, { recursive: true });
});

describe('the chat page', () => {
  it('begins with everything, for whoever is there first', async () => {
    const { hello } = await Listener.open();
    expect(hello.people.map(({ languageCode }) => languageCode)).toEqual(['ru', 'en']);
    expect(hello).toMatchObject({
      personId: hello.people[0]?.id,
      messages: [],
      account: { registered: false },
    });
    expect(hello.queues.map(({ name }) => name)).toContain('create-task');
    expect(hello.app).toMatchObject({ status: 'running', scale: SCALE, queuesOn: 'PostgreSQL' });
    expect(hello.stories.map(({ name }) => name)).toContain('happy');
    expect((await Listener.open(77)).hello.personId).toBe(hello.personId);
  });

  it('serves its files under a strict policy, and the way back from the checkout', async () => {
    const answer = await fetch(`${page.url}/`);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(answer.headers.get('content-security-policy')).toContain(`frame-src 'self' ${world.yooKassa.url}`);
    expect(await answer.text()).toContain('<title>page</title>');
    expect(await (await fetch(`${page.url}/return?to=x`)).text()).toContain('<title>return</title>');
    expect((await fetch(`${page.url}/nope`)).status).toBe(404);
    const byName = await fetch(`${page.url.replace('127.0.0.1', 'localhost')}/?start=x`, {
      redirect: 'manual',
    });
    expect(byName.headers.get('location')).toBe(`${page.url}/?start=x`);
  });

  it('is where the checkout sends payers instead of Telegram, and nobody else', async () => {
    for (const [returnUrl, way] of [
      ['https://t.me/bot?start=paid_1', `${page.url}/return?to=https%3A%2F%2Ft.me%2Fbot%3Fstart%3Dpaid_1`],
      ['https://shop.example/', 'https://shop.example/'],
    ] as const) {
      const { confirmationUrl } = world.yooKassa.makePayment({ kopecks: 100, returnUrl });
      const body = new URLSearchParams({ action: 'leave' });
      const answer = await fetch(confirmationUrl, { method: 'POST', body, redirect: 'manual' });
      expect(answer.headers.get('location')).toBe(way);
    }
  });

  it('lets somebody join and write, and shows it to every page', async () => {
    const listener = await Listener.open();
    const { body: person } = await post('telegram/addPerson', { firstName: 'Ира', languageCode: 'ru' });
    const { body: other } = await post('telegram/addPerson', { firstName: 'Ева', languageCode: 'ru' });
    expect(person['id']).not.toBe(other['id']);
    await listener.sees('person_changed', ({ person: { firstName } }) => firstName === 'Ира');
    await post('telegram/sendText', { personId: person['id'], text: '/start' });
    await listener.sees('message_new', ({ message }) => message.text === '/start');
    expect((await Listener.open(person['id'] as number)).hello).toMatchObject({
      personId: person['id'],
      messages: [{ text: '/start', from: 'person' }],
      newest: [{ personId: person['id'], message: { text: '/start' } }],
    });
  });

  it('gives pictures as they were sent, in ranges, and never as a page of its own', async () => {
    const listener = await Listener.open();
    const personId = listener.hello.personId;
    const sample = await fetch(`${page.url}/api/samples/mug`);
    expect(sample.headers.get('content-type')).toBe('image/jpeg');
    const bytes = Buffer.from(await sample.arrayBuffer());
    const script = Buffer.from('<script>alert(1)</script>').toString('base64');
    await post('telegram/sendPhoto', { personId, bytes: bytes.toString('base64'), caption: 'Кружка' });
    await post('telegram/sendPhoto', {
      personId,
      bytes: script,
      asFile: true,
      mimeType: 'text/html',
      fileName: 'a.html',
    });
    const photo = await listener.sees('message_new', ({ message }) => message.kind === 'photo');
    const document = await listener.sees('message_new', ({ message }) => message.kind === 'document');
    expect(photo.message).toMatchObject({ text: 'Кружка', media: { widthPx: 900, heightPx: 1200 } });
    const file = (id = ''): string => `${page.url}/api/files/${id}`;
    const part = await fetch(file(photo.message.media?.fileUniqueId), { headers: { range: 'bytes=0-99' } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 100]);
    const html = await fetch(file(document.message.media?.fileUniqueId));
    expect(html.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox");
    expect((await fetch(file('nope'))).status).toBe(404);
    expect((await fetch(`${page.url}/api/samples/nope`)).status).toBe(404);
  });

  it('tells of the account as soon as the database changes, and only whom it concerns', async () => {
    const [anna, emma] = (await Listener.open()).hello.people.map(({ id }) => id);
    const [hers, others] = [await Listener.open(anna), await Listener.open(emma)];
    await database.query(`select register_user($1, null, 'Анна', null, 'ru')`, [anna]);
    const { account } = await hers.sees('account', ({ account: one }) => one?.registered === true);
    expect(account).toMatchObject({
      personId: anna,
      balance: 2,
      ledger: [{ operation: 'signup', amount: 2, balanceAfter: 2 }],
    });
    await database.query(`select add_credits($1, 5, 'bonus', 'page-test')`, [anna]);
    await hers.sees('account', ({ account: one }) => one?.balance === 7 && one.ledger.length === 2);
    expect(others.events.some((event) => event.type === 'account' && event.account?.personId === anna)).toBe(
      false,
    );
  });

  it('hears of changes again after the database dropped its connection', async () => {
    const listener = await Listener.open();
    const drop = `select pg_terminate_backend(pid) from pg_stat_activity
                   where application_name = 'neurocards-page-changes' and datname = current_database()`;
    expect(await database.query(drop)).toHaveLength(1);
    const { personId } = listener.hello;
    await waitFor(
      async () => (await database.query(drop.replace('pg_terminate_backend(pid)', 'pid'))).length === 1,
      { what: 'another connection' },
    );
    await database.query(`select add_credits($1, 1, 'bonus', 'page-test-again')`, [personId]);
    await listener.sees('account', ({ account }) => account?.balance === 8);
  });

  it('tells of calls to the providers and of the queues', async () => {
    const listener = await Listener.open();
    await fetch(`${world.kie.url}/api/v1/chat/credit`, {
      headers: { 'user-agent': 'x', authorization: 'Bearer nope' },
    });
    const { call } = await listener.sees('call', (event) => event.call.provider === 'kie');
    expect(call).toMatchObject({ method: 'GET', path: '/api/v1/chat/credit', status: 200, isRoutine: false });
    expect((await listener.sees('queues')).queues).toHaveLength(8);
    expect((await post('empty-queues')).body).toEqual({ removed: 0 });
  });

  it('shows no secret of the application', async () => {
    const listener = await Listener.open();
    const { telegram } = world;
    const body = JSON.stringify({
      url: 'http://127.0.0.1:1/telegram/webhook',
      secret_token: 'of-the-webhook',
    });
    const headers = { 'content-type': 'application/json' };
    await fetch(`${telegram.url}/bot${telegram.token}/setWebhook`, { method: 'POST', headers, body });
    await listener.sees('call', ({ call }) => call.path === 'setWebhook' && call.status === 200);
    const shown = JSON.stringify(listener.events);
    expect(shown).toContain('telegram/webhook');
    expect(shown).not.toContain('of-the-webhook');
    expect(shown).not.toContain(telegram.token);
  });

  it('forgets who left while their page was being read, and cuts off nobody else', async () => {
    for (let left = 0; left < 60; left += 1) {
      const abort = new AbortController();
      const answer = fetch(`${page.url}/api/events`, { signal: abort.signal }).catch(() => undefined);
      await new Promise((resolve) => setImmediate(resolve));
      abort.abort();
      await answer;
    }
    expect((await Listener.open()).hello.runId).toBe((await Listener.open()).hello.runId);
  });

  it('switches a rehearsal on until it was met', async () => {
    const listener = await Listener.open();
    expect(await post('rehearse', { id: 'kie-create-lost', isOn: true })).toMatchObject({ status: 200 });
    const on = await listener.sees('rehearsals', ({ rehearsals }) => rehearsals.some(({ isOn }) => isOn));
    expect(on.rehearsals.filter(({ isOn }) => isOn).map(({ id }) => id)).toEqual(['kie-create-lost']);
    const createTask = `${world.kie.url}/api/v1/jobs/createTask`;
    const headers = { 'user-agent': 'x', 'content-type': 'application/json' };
    await fetch(createTask, { method: 'POST', headers, body: '{}' }).catch(() => undefined);
    await listener.sees('rehearsals', ({ rehearsals }) => rehearsals.every(({ isOn }) => !isOn));
    expect(await post('rehearse', { id: 'nope', isOn: true })).toEqual({
      status: 400,
      body: { error: 'There is no rehearsal "nope".' },
    });
  });

  it('kills, stops and starts the worker, and changes the pace', async () => {
    const listener = await Listener.open();
    await post('app', { change: 'stop_worker' });
    await listener.sees(
      'app',
      ({ app }) => app.status === 'without_worker' && /no worker makes videos/.test(app.note ?? ''),
    );
    await post('app', { change: 'kill' });
    await post('app', { change: 'start_worker' });
    expect((await post('speed', { scale: 60 })).body).toMatchObject({ status: 'running', scale: 60 });
    expect(starts).toEqual(['roles: bot,scheduler,console', 'kill', 'all', 'scale 60']);
    await post('app', { change: 'stop_worker' });
    expect((await post('speed', { scale: 90 })).body).toMatchObject({ status: 'without_worker', scale: 90 });
    await post('app', { change: 'start_worker' });
    starts.splice(4);
    expect((await post('speed', { scale: 0 })).status).toBe(400);
    expect((await post('speed', { scale: 101 })).status).toBe(400);
    expect((await post('app', { change: 'explode' })).status).toBe(400);
    expect(starts).toHaveLength(4);
  });

  it('does only what people do, and only for its own page', async () => {
    expect((await post('telegram/failNext', { method: '*', status: 500 })).status).toBe(400);
    expect((await post('telegram/sendText', { personId: 1, text: 'x' })).body['error']).toMatch(
      /no person 1/,
    );
    expect((await post('story', { name: 'nope' })).body['error']).toBe('There is no story "nope".');
    expect((await post('app', { change: 'kill' }, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post('app', { change: 'kill' }, { 'content-type': 'text/plain' })).status).toBe(415);
    expect((await post('app', { change: 'kill' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await post('rehearse', { id: 'kie-hang', isOn: false }, { origin: page.url })).status).toBe(200);
    expect(starts).toHaveLength(4);
  });
});
