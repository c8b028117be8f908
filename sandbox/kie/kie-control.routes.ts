import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { FakeKie } from './fake-kie.js';
import { callbackModeSchema, endingSchema, resultModeSchema, taskScriptSchema } from './kie-script.js';
import { faultRouteSchema, wireFaultSchema } from './kie-wire.js';

const nothing = z.strictObject({});
const defaultsSchema = z.strictObject({
  ending: endingSchema.optional(),
  durationTrueMs: z.strictObject({ min: z.number().nonnegative(), max: z.number().nonnegative() }).optional(),
  callback: callbackModeSchema.optional(),
  result: resultModeSchema.optional(),
});
const configureSchema = z.strictObject({
  insufficientCode: z.union([z.literal(402), z.literal(500)]).optional(),
  pausedModels: z.array(z.string()).optional(),
  hmacKey: z.string().min(1).nullable().optional(),
  repeatPauseRealMsMin: z.number().nonnegative().optional(),
  defaults: defaultsSchema.optional(),
});
const keySchema = z.strictObject({
  secret: z.string().min(1),
  account: z.string().min(1).optional(),
  keyState: z.enum(['ok', 'unauthorized', 'ip_not_allowed', 'sub_key_limit']).optional(),
  credits: z.number().nonnegative().optional(),
});
const paidSchema = z.strictObject({
  model: z.string().optional(),
  account: z.string().optional(),
  callBackUrlIncludes: z.string().optional(),
});

/** Adds `POST /_control/<verb>`: the fake's methods over HTTP, `{ok: true, result}` or 400 `{ok: false, error}`. */
export function controlRoutes(app: FastifyInstance, kie: FakeKie): void {
  const verb = <T>(name: string, schema: z.ZodType<T>, run: (arguments_: T) => unknown): void => {
    app.post(`/_control/${name}`, async (request, reply) => {
      const parsed = schema.safeParse(request.body ?? {});
      if (!parsed.success) return reply.code(400).send({ ok: false, error: z.prettifyError(parsed.error) });
      return { ok: true, result: (await run(parsed.data)) ?? null };
    });
  };
  verb('nextTask', taskScriptSchema, (script) => kie.nextTask(script));
  verb('failNext', wireFaultSchema.extend({ route: faultRouteSchema }), ({ route, ...fault }) =>
    kie.failNext(route, fault),
  );
  verb('configure', configureSchema, (change) => kie.configure(change));
  verb('setKey', keySchema, ({ secret, ...change }) => kie.setKey(secret, change));
  verb('keys', nothing, () => kie.keys());
  verb('tasks', nothing, () => kie.tasks());
  verb('paidTasks', paidSchema, ({ model, account, callBackUrlIncludes }) =>
    kie.paidTasks(
      (task) =>
        (model === undefined || task.model === model) &&
        (account === undefined || task.account === account) &&
        (callBackUrlIncludes === undefined || (task.callBackUrl ?? '').includes(callBackUrlIncludes)),
    ),
  );
  verb('creationsIn10sMax', nothing, () => kie.creationsIn10sMax());
  verb('uploads', nothing, () => kie.uploads());
  verb(
    'finishTask',
    z.strictObject({ taskId: z.string(), ending: endingSchema.optional() }),
    ({ taskId, ending }) => kie.finishTask(taskId, ending),
  );
  verb(
    'sendCallback',
    z.strictObject({ taskId: z.string(), snakeCase: z.boolean().optional() }),
    ({ taskId, snakeCase }) => kie.sendCallback(taskId, { snakeCase }),
  );
  verb('reset', nothing, () => kie.reset());
}
