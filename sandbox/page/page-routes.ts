import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DataSource } from 'typeorm';
import { z } from 'zod';
import { readAsset } from '../assets/index.js';
import { SAMPLE_PRODUCTS } from '../assets/samples.data.js';
import { emptyQueues } from '../demo/empty-queues.js';
import { newPersonId } from '../demo/person.js';
import { SandboxError } from '../errors.js';
import type { Sandbox } from '../sandbox.js';
import { PeopleError, runVerb, sendFile } from '../telegram/index.js';
import { SCALE_MAX } from '../clock.js';
import type { Curtain } from './curtain.js';
import type { EventStreams } from './event-streams.js';
import type { ActionName } from './protocol.js';

/** What people do; everything else of the fake Telegram is for scripts. */
const PEOPLES_VERBS = [
  'addPerson',
  'changePerson',
  'sendText',
  'editText',
  'sendPhoto',
  'sendAlbum',
  'sendOther',
  'tap',
  'tapData',
  'payInvoice',
  'paymentOutcome',
  'block',
  'unblock',
] as const;

/** What the routes work with. */
export interface PageParts {
  sandbox: Sandbox;
  dataSource: DataSource;
  streams: EventStreams;
  curtain: Curtain;
}

/** Adds the stream, the actions and the files of protocol.ts. */
export function addPageRoutes(app: FastifyInstance, parts: PageParts): void {
  const { telegram } = parts.sandbox.world;
  app.get('/api/events', (request, reply) => openStream(request, reply, parts));
  app.get('/api/files/:id', (request, reply) => {
    // What a person sent is never a page of ours, whatever it says of itself.
    void reply.header('Content-Security-Policy', "default-src 'none'; sandbox");
    return sendFile(request, reply, telegram);
  });
  app.get('/api/samples/:name', (request, reply) => {
    const { name } = request.params as { name: string };
    const sample = SAMPLE_PRODUCTS.find((one) => one.name === name);
    if (!sample) return reply.code(404).send({ error: `There is no sample ${name}` });
    return reply.type('image/jpeg').header('Cache-Control', 'max-age=3600').send(readAsset(sample.photo));
  });
  app.post('/api/telegram/:verb', async (request) => {
    const { verb } = z.strictObject({ verb: z.enum(PEOPLES_VERBS) }).parse(request.params);
    const input = z.looseObject({}).parse(request.body ?? {});
    return runVerb(telegram, verb, verb === 'addPerson' ? { id: newPersonId(), ...input } : input);
  });
  for (const [name, action] of Object.entries(actionsOf(parts)))
    app.post(`/api/${name}`, (request) => action(request.body ?? {}));
}

function actionsOf({
  sandbox,
  dataSource,
  curtain,
}: PageParts): Record<ActionName, (body: unknown) => unknown> {
  const rehearsal = z.strictObject({ id: z.string(), isOn: z.boolean() });
  const speed = z.strictObject({ scale: z.number().min(1).max(SCALE_MAX) });
  const change = z.strictObject({ change: z.enum(['kill', 'stop_worker', 'start_worker']) });
  const story = z.strictObject({ name: z.string() });
  return {
    rehearse: (body) => {
      const { id, isOn } = rehearsal.parse(body);
      curtain.rehearsals.set(id, isOn);
      curtain.tellRehearsals();
      return {};
    },
    speed: (body) => curtain.app.setScale(speed.parse(body).scale),
    app: (body) => curtain.app.change(change.parse(body).change),
    'empty-queues': async () => ({ removed: await emptyQueues(sandbox.env, dataSource) }),
    story: (body) => curtain.play(story.parse(body).name),
  };
}

async function openStream(
  request: FastifyRequest,
  reply: FastifyReply,
  { sandbox, streams, curtain }: PageParts,
) {
  const { personId: asked } = z
    .object({ personId: z.coerce.number().int().positive().optional() })
    .parse(request.query);
  const people = sandbox.world.telegram.people();
  const known = people.find(({ id }) => id === asked) ?? people[0];
  const stateNow = await curtain.read(known?.id ?? null);
  if (!streams.open(request, reply, { type: 'hello', state: stateNow() }))
    return reply.code(503).send({ error: 'Too many pages are open: close some.' });
  curtain.refresh();
  return reply;
}

/** The sentence for a mistake of the page or of the person at it; null when it is ours. */
export function sentenceOf(error: unknown): string | null {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof SandboxError || error instanceof PeopleError ? error.message : null;
}
