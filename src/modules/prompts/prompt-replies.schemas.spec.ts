import { describe, expect, it } from 'vitest';
import { readChatReply, readResponsesReply } from './prompt-replies.schemas.js';

const usage = { input_tokens: 812, output_tokens: 210 };
const text = (content: string) => ({
  type: 'message',
  content: [{ type: 'output_text', text: content, annotations: [] }],
});
const completed = (...output: object[]) => ({ status: 'completed', output, usage });
const answer = (prompt: string, reason: string | null = null) =>
  JSON.stringify({ prompt, refusal_reason: reason });

describe('a reply of the Responses API', () => {
  it('is read past the reasoning', () => {
    const reply = completed({ type: 'reasoning', summary: [] }, text(answer(' A teapot. ')));
    expect(readResponsesReply(reply)).toEqual({
      kind: 'written',
      prompt: 'A teapot.',
      tokensIn: 812,
      tokensOut: 210,
    });
  });

  it.each<[string, unknown, object]>([
    [
      'a refusal part',
      completed({ type: 'message', content: [{ type: 'refusal', refusal: 'I cannot.' }] }),
      { kind: 'refused', text: 'I cannot.' },
    ],
    [
      'a reason',
      completed(text(answer('', 'It is a weapon.'))),
      { kind: 'refused', text: 'It is a weapon.' },
    ],
    ['an empty prompt', completed(text(answer(' '))), { kind: 'unusable', text: 'an empty prompt' }],
    ['no message', completed({ type: 'reasoning' }), { kind: 'unusable' }],
    ['text that is no JSON', completed(text('A teapot.')), { kind: 'unusable' }],
    ['JSON of another shape', completed(text('{"prompt":7}')), { kind: 'unusable' }],
    [
      'cut JSON',
      {
        status: 'incomplete',
        incomplete_details: { reason: 'max_output_tokens' },
        output: [text('{"prompt":"A te')],
      },
      { kind: 'unusable', text: 'status incomplete: max_output_tokens' },
    ],
    [
      'a failed response',
      { status: 'failed', error: { code: 'image_parse_error', message: 'm' }, output: [] },
      { kind: 'unusable', text: 'status failed: image_parse_error' },
    ],
    ['a foreign body', { code: 402, msg: 'no money' }, { kind: 'unusable', text: 'a foreign body' }],
    ['a page', '<html>', { kind: 'unusable' }],
    ['nothing', null, { kind: 'unusable' }],
  ])('with %s', (_case, reply, expected) => {
    expect(readResponsesReply(reply)).toMatchObject(expected);
  });

  it('counts no tokens when it does not say how many', () => {
    expect(readResponsesReply({ ...completed(text(answer('p'))), usage: null })).toMatchObject({
      tokensIn: 0,
    });
  });
});

describe('a reply of a chat', () => {
  const chat = (message: object, finish_reason: string | null = 'stop') => ({
    choices: [{ index: 0, finish_reason, message }],
    usage: { prompt_tokens: 5, completion_tokens: 6 },
  });

  it('is read, also out of a code fence', () => {
    const expected = { kind: 'written', prompt: 'A teapot.', tokensIn: 5, tokensOut: 6 };
    expect(readChatReply(chat({ content: answer('A teapot.') }))).toEqual(expected);
    expect(readChatReply(chat({ content: '```json\n' + answer('A teapot.') + '\n```' }))).toEqual(expected);
  });

  it.each<[string, unknown, object]>([
    ['a refusal', chat({ content: null, refusal: 'No.' }), { kind: 'refused', text: 'No.' }],
    [
      'a cut',
      chat({ content: '{"prompt":"A te' }, 'length'),
      { kind: 'unusable', text: 'finish reason length' },
    ],
    ['a filter', chat({ content: null }, 'content_filter'), { kind: 'unusable' }],
    [
      'an error inside HTTP 200',
      { error: { code: 402, message: 'm' } },
      { kind: 'unusable', text: 'a foreign body' },
    ],
    ['KIE’s envelope', { code: 402, msg: 'm' }, { kind: 'unusable', text: 'a foreign body' }],
    ['no choices', { choices: [] }, { kind: 'unusable' }],
    ['an error for a choice', { choices: [{ error: { code: 502 } }] }, { kind: 'unusable' }],
  ])('with %s', (_case, reply, expected) => {
    expect(readChatReply(reply)).toMatchObject(expected);
  });
});
