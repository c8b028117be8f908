import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { FakeOpenAi } from './fake-openai.js';
import { faultKindSchema, faultSchema } from './openai-faults.js';
import { sightSchema } from './openai-sight.rules.js';

const nothing = z.strictObject({});
const keySchema = z.strictObject({ secret: z.string().min(1) });

/** Adds `POST /_control/<verb>`: the fake's methods over HTTP, `{ok: true, result}` or 400 `{ok: false, error}`. */
export function controlRoutes(app: FastifyInstance, openAi: FakeOpenAi): void {
  const verb = <T>(name: string, schema: z.ZodType<T>, run: (arguments_: T) => unknown): void => {
    app.post(`/_control/${name}`, (request, reply) => {
      const parsed = schema.safeParse(request.body ?? {});
      if (!parsed.success) return reply.code(400).send({ ok: false, error: z.prettifyError(parsed.error) });
      return reply.send({ ok: true, result: run(parsed.data) ?? null });
    });
  };
  verb('failNext', faultSchema, (fault) => openAi.failNext(fault));
  verb('setMood', z.strictObject({ kind: faultKindSchema.nullable() }), ({ kind }) => openAi.setMood(kind));
  verb('setSight', z.strictObject({ sight: sightSchema.nullable() }), ({ sight }) => openAi.setSight(sight));
  verb('addKey', keySchema, ({ secret }) => openAi.addKey(secret));
  verb('revokeKey', keySchema, ({ secret }) => openAi.revokeKey(secret));
  verb('requests', nothing, () => openAi.requests());
  verb('reset', nothing, () => openAi.reset());
}
