import { describe, expect, it } from 'vitest';
import { translate } from '../../src/modules/telegram/light.js';
import { CallNames } from './call-names.js';

const call = (provider: string, line: string, body?: unknown) => {
  const [method = '', path = ''] = line.split(' ');
  return { provider, method, path, body, isCallerThere: () => true };
};
const edit = (text: string) =>
  call('telegram', 'POST /bot1:x/editMessageText', Buffer.from(JSON.stringify({ text })));

describe('CallNames', () => {
  it.each([
    ['openai.responses', call('openai', 'POST /v1/responses')],
    ['kie.upload', call('kie', 'POST /api/file-stream-upload')],
    ['kie.createTask', call('kie', 'POST /api/v1/jobs/createTask')],
    ['kie.recordInfo.running', call('kie', 'GET /api/v1/jobs/recordInfo?taskId=a')],
    ['kie.recordInfo.finished', call('kie', 'GET /api/v1/jobs/recordInfo?taskId=b')],
    ['kie.createTask', call('kie', 'POST /api/v1/veo/generate')],
    ['kie.recordInfo.finished', call('kie', 'GET /api/v1/veo/record-info?taskId=b')],
    ['kie.result', call('kie', 'GET /results/abc.mp4?token=1')],
    ['telegram.sendVideo', call('telegram', 'POST /bot1:x/sendVideo')],
    ['telegram.answerCallbackQuery', call('telegram', 'POST /bot1:x/answerCallbackQuery')],
    ['kie POST /api/v2/new', call('kie', 'POST /api/v2/new?a=1')],
    ['yookassa.createPayment', call('yookassa', 'POST /v3/payments')],
    ['yookassa.readPayment', call('yookassa', 'GET /v3/payments/2b-0')],
    ['yookassa.createRefund', call('yookassa', 'POST /v3/refunds')],
    ['yookassa.readRefund', call('yookassa', 'GET /v3/refunds/2b-1')],
    ['yookassa.list', call('yookassa', 'GET /v3/payments?limit=100')],
    [null, call('telegram', 'POST /bot1:x/setWebhook')],
    [null, call('openai', 'POST /v1/moderations')],
    [null, call('openai', 'POST /v1/responses', Buffer.from('{"format":{"name":"photo_look"}}'))],
  ])('says %s', (name, one) => {
    expect(new CallNames((taskId) => taskId === 'b').nameOf(one)).toBe(name);
  });

  it('tells the edits of a message apart, and gives a call the same name at its answer', () => {
    const names = new CallNames(() => false);
    const done = `${translate('ru', 'progress.done', { count: 1 })}\n${translate('ru', 'balance', { count: 1 })}`;
    const edits = ['queued', 'filming', done].map(edit);
    const given = ['started', 'progress', 'over'].map((what) => `telegram.editMessageText.${what}`);
    expect(edits.map((one) => names.nameOf(one))).toEqual(given);
    expect(edits.map((one) => names.nameOf(one))).toEqual(given);
  });
});
