import type { IncomingHttpHeaders } from 'node:http';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { createDataSource } from '../../src/platform/database/index.js';
import type { Sandbox } from '../sandbox.js';
import { Curtain } from './curtain.js';
import { EventStreams } from './event-streams.js';
import { findPageFiles } from './page-files.js';
import { addPageRoutes, sentenceOf } from './page-routes.js';

/** An album of 60 MB in base64, and some. */
const BODY_BYTES_MAX = 96 * 1024 * 1024;
/** Who is there when the page is opened first. They keep their ids, so that a database that lasts knows them again. */
const FIRST_PEOPLE = [
  { id: 4_900_000_101, firstName: 'Анна', languageCode: 'ru', username: 'anna_sells' },
  { id: 4_900_000_102, firstName: 'Emma', languageCode: 'en', username: 'emma_sells' },
];

/** How the page is served. */
export interface ChatPageOptions {
  /** The wanted one; another when it is taken, and any when absent. */
  port?: number;
  /** Where the built page lies. */
  filesPath?: string;
}

/** The chat page: the sandbox's bot in a browser, and what happens behind the curtain. */
export class ChatPage {
  private constructor(
    /** `http://127.0.0.1:<port>`, no trailing slash. */
    readonly url: string,
    private readonly endings: readonly (() => unknown)[],
  ) {}

  /**
   * Serves the page of a running sandbox on loopback.
   *
   * @throws SandboxError when the page was not built.
   */
  static async open(
    sandbox: Sandbox,
    { port = 0, filesPath = findPageFiles() }: ChatPageOptions = {},
  ): Promise<ChatPage> {
    const { world, databaseUrl } = sandbox;
    const endings: (() => unknown)[] = [];
    try {
      const dataSource = createDataSource({ url: databaseUrl, applicationName: 'page' });
      await dataSource.initialize();
      endings.push(() => dataSource.destroy());
      const streams = new EventStreams();
      const curtain = await Curtain.open(sandbox, dataSource, streams);
      endings.push(() => curtain.close());
      for (const person of FIRST_PEOPLE) world.telegram.addPerson(person);
      const app = Fastify({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true });
      endings.push(
        () => app.close(),
        () => streams.close(),
      );
      guard(app, world.yooKassa.url);
      addPageRoutes(app, { sandbox, dataSource, streams, curtain });
      await app.register(fastifyStatic, { root: filesPath, extensions: ['html'] });
      const url = await listen(app, port);
      world.yooKassa.setWayBack((to) => (isTelegram(to) ? `${url}/return?to=${encodeURIComponent(to)}` : to));
      endings.push(() => world.yooKassa.setWayBack((to) => to));
      return new ChatPage(url, endings);
    } catch (error) {
      await endAll(endings);
      throw error;
    }
  }

  /** Ends every stream and stops serving. */
  close(): Promise<void> {
    return endAll(this.endings);
  }
}

/** The last first; what cannot be ended does not keep the rest from ending. */
async function endAll(endings: readonly (() => unknown)[]): Promise<void> {
  for (const end of [...endings].reverse())
    await Promise.resolve()
      .then(end)
      .catch(() => undefined);
}

/** What only a Telegram app opens; here, the page does. */
function isTelegram(url: string): boolean {
  return url.startsWith('https://t.me/');
}

/** Returns the address: on the wanted port, or on a free one when that is taken. */
async function listen(app: FastifyInstance, port: number): Promise<string> {
  const host = '127.0.0.1';
  return app.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' || port === 0) throw error;
    return app.listen({ host, port: 0 });
  });
}

/** Only pages of its own talk to it: another site in the same browser could kill the worker, too. */
function guard(app: FastifyInstance, checkoutUrl: string): void {
  const policy = [
    "default-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    `frame-src 'self' ${checkoutUrl}`,
    "base-uri 'none'",
    "form-action 'none'",
    "object-src 'none'",
    "frame-ancestors 'self'",
  ].join('; ');
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    });
    const { host = '' } = request.headers;
    // One address, so that the checkout's way back is of the same origin as the page.
    if (request.method === 'GET' && host.startsWith('localhost:'))
      void reply.redirect(`http://${host.replace('localhost', '127.0.0.1')}${request.url}`);
    else if (isOwn(request.headers) && !isForeign(request)) done();
    else void reply.code(403).send({ error: 'The chat page is opened by its own address only.' });
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const sentence = sentenceOf(error);
    if (sentence === null && !error.statusCode) console.error(error);
    return reply
      .code(sentence === null ? (error.statusCode ?? 500) : 400)
      .send({ error: sentence ?? error.message });
  });
}

/** By the address of this machine, so that no foreign name leads here, and from no page but its own. */
function isOwn({ host = '', origin }: IncomingHttpHeaders): boolean {
  return /^127\.0\.0\.1(:\d+)?$/.test(host) && (origin === undefined || origin === `http://${host}`);
}

/** Asked for by a page of another site, which a browser says of itself: such a page could fill all streams. */
function isForeign({ url, headers }: FastifyRequest): boolean {
  return url.startsWith('/api/') && headers['sec-fetch-site'] === 'cross-site';
}
