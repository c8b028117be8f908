import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance } from 'fastify';
import { createDataSource } from '../../src/platform/database/index.js';
import { freePort } from '../free-port.js';
import type { Sandbox } from '../sandbox.js';
import { Curtain } from './curtain.js';
import { EventStreams } from './event-streams.js';
import { findPageFiles } from './page-files.js';
import { addPageRoutes, sentenceOf, type PageParts } from './page-routes.js';

/** A photo of 20 MB in base64, and some. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;
/** Who is there when the page is opened first. They keep their ids, so that a database that lasts knows them again. */
const FIRST_PEOPLE = [
  { id: 4_900_000_101, firstName: 'Анна', languageCode: 'ru', username: 'anna_sells' },
  { id: 4_900_000_102, firstName: 'Emma', languageCode: 'en', username: 'emma_sells' },
];

/** The chat page: the sandbox's bot in a browser, and what happens behind the curtain. */
export class ChatPage {
  private constructor(
    /** `http://127.0.0.1:<port>`, no trailing slash. */
    readonly url: string,
    private readonly app: FastifyInstance,
    private readonly parts: PageParts,
  ) {}

  /**
   * Serves the page of a running sandbox on loopback.
   *
   * @param port the wanted one; another when it is taken, and any when absent.
   * @throws SandboxError when the page was not built.
   */
  static async open(sandbox: Sandbox, port?: number): Promise<ChatPage> {
    const files = findPageFiles();
    const url = `http://127.0.0.1:${await freePort(port)}`;
    const { telegram, yooKassa } = sandbox.world;
    const dataSource = await createDataSource({
      url: sandbox.databaseUrl,
      applicationName: 'page',
    }).initialize();
    const streams = new EventStreams();
    const curtain = await Curtain.open(sandbox, dataSource, streams);
    for (const person of FIRST_PEOPLE) telegram.addPerson(person);
    const app = Fastify({ bodyLimit: BODY_BYTES_MAX, forceCloseConnections: true });
    guard(app, url, yooKassa.url);
    const parts = { sandbox, dataSource, streams, curtain };
    addPageRoutes(app, parts);
    await app.register(fastifyStatic, { root: files, extensions: ['html'] });
    await app.listen({ host: '127.0.0.1', port: Number(new URL(url).port) });
    return new ChatPage(url, app, parts);
  }

  /** Ends every stream and stops serving. */
  async close(): Promise<void> {
    const { streams, curtain, dataSource } = this.parts;
    streams.close();
    await this.app.close();
    await curtain.close();
    await dataSource.destroy();
  }
}

/** Only pages of its own talk to it: another site in the same browser could kill the worker, too. */
function guard(app: FastifyInstance, url: string, checkoutUrl: string): void {
  const { port } = new URL(url);
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
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
    const { host = '', origin } = request.headers;
    if (!hosts.includes(host) || (origin !== undefined && !hosts.includes(origin.replace('http://', '')))) {
      void reply.code(403).send({ error: 'The chat page is opened by its own address only.' });
      return;
    }
    done();
  });
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const sentence = sentenceOf(error);
    if (sentence === null && !error.statusCode) console.error(error);
    return reply
      .code(sentence === null ? (error.statusCode ?? 500) : 400)
      .send({ error: sentence ?? error.message });
  });
}
