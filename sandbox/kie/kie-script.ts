import { z } from 'zod';

/**
 * How a task ends. A word is one of KIE's own endings with its own text; an object is a failure spelled out.
 * `hang` never ends, `empty` succeeds without a link.
 */
export const endingSchema = z.union([
  z.enum(['success', 'moderation_text', 'moderation_image', 'photo', 'internal', 'busy', 'hang', 'empty']),
  z.strictObject({ failCode: z.string(), failMsg: z.string() }),
]);
export type Ending = z.infer<typeof endingSchema>;

/**
 * What becomes of the callback: `early` comes before createTask has answered (the task is finished by then),
 * `snake_case` names the task `data.task_id`, `lateTrueMs` waits after the task's end.
 */
export const callbackModeSchema = z.union([
  z.enum(['normal', 'never', 'twice', 'early', 'snake_case']),
  z.strictObject({ lateTrueMs: z.number().nonnegative() }),
]);
export type CallbackMode = z.infer<typeof callbackModeSchema>;

/**
 * What the result link serves. `expired_*`: the link is dead, a fresh one from download-url works; `deleted`: both
 * are dead; `html`: a page with 200; `wrong_type`: a JPEG; `octet_stream`: the video without its type; `not_video`:
 * HTML called video/mp4; `private_address`: a link to where nobody else gets in; `plain_http`: one past TLS to another host; `truncated`: the connection breaks half way; `cut`: half the video as if it were all;
 * `too_big`: 60 MiB, announced; `too_big_unannounced`: the same without a Content-Length; `slow`: 60 true seconds. An object: the
 * video, padded to that size.
 */
const resultWordSchema = z.enum([
  'ok',
  'expired_403',
  'expired_404',
  'deleted',
  'html',
  'wrong_type',
  'octet_stream',
  'not_video',
  'truncated',
  'cut',
  'too_big',
  'too_big_unannounced',
  'slow',
  'private_address',
  'plain_http',
]);
export const resultModeSchema = z.union([
  resultWordSchema,
  z.strictObject({ paddedToBytes: z.number().int().positive() }),
]);
export type ResultMode = z.infer<typeof resultModeSchema>;

/** What the next task does; what is absent is taken from the prompt's magic words, then from the defaults. */
export const taskScriptSchema = z.strictObject({
  ending: endingSchema.optional(),
  /** From creation to the end, in true milliseconds. */
  durationTrueMs: z.number().nonnegative().optional(),
  callback: callbackModeSchema.optional(),
  result: resultModeSchema.optional(),
  /** Waits for a task of this kind and lets others pass. */
  when: z.strictObject({ model: z.string().optional(), promptIncludes: z.string().optional() }).optional(),
});
export type TaskScript = z.infer<typeof taskScriptSchema>;

const FAILURE_WORDS: Record<string, Ending> = {
  moderation: 'moderation_text',
  moderation_text: 'moderation_text',
  moderation_image: 'moderation_image',
  photo: 'photo',
  internal: 'internal',
  busy: 'busy',
};

/**
 * Reads the magic words of a prompt: `[[fail:moderation|moderation_image|photo|internal|busy]]`, `[[hang]]`,
 * `[[empty]]`, `[[ms:5000]]`, `[[callback:never]]`, `[[result:expired_403]]`. Unknown ones mean nothing.
 */
export function scriptOfPrompt(prompt: string): TaskScript {
  const script: TaskScript = {};
  for (const [, word = '', value = ''] of prompt.matchAll(/\[\[([a-z]+)(?::([a-z0-9_]+))?\]\]/g)) {
    if (word === 'hang' || word === 'empty') script.ending = word;
    if (word === 'fail' && FAILURE_WORDS[value]) script.ending = FAILURE_WORDS[value];
    if (word === 'ms' && /^\d+$/.test(value)) script.durationTrueMs = Number(value);
    const callback = callbackModeSchema.safeParse(value);
    if (word === 'callback' && callback.success) script.callback = callback.data;
    const result = resultModeSchema.safeParse(value);
    if (word === 'result' && result.success) script.result = result.data;
  }
  return script;
}
