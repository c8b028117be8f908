import { describe, expect, it } from 'vitest';
import { translate, type TranslationKey } from '../../src/modules/telegram/light.js';
import { CrowdNames } from './crowd-names.js';

const call = (provider: string, line: string, body?: object) => {
  const [method = '', path = ''] = line.split(' ');
  const bytes = body && Buffer.from(JSON.stringify(body));
  return { provider, method, path, body: bytes, isCallerThere: () => true };
};
const edit = (message_id: number, key: TranslationKey, count = 1) =>
  call('telegram', 'POST /bot1:x/editMessageText', {
    ...{ chat_id: 1, message_id },
    text: translate('ru', key, { count, credits: '5', price: '1', done: 1, total: 3 }),
  });

describe('CrowdNames', () => {
  it('tells the edits of many messages apart, each begun by the answer to a tap', () => {
    const names = new CrowdNames(() => false);
    const edits = [
      ...[edit(1, 'progress.title'), edit(2, 'progress.title', 3), edit(1, 'progress.title')],
      ...[edit(1, 'progress.done'), edit(2, 'progress.mixed', 3), edit(3, 'progress.failed')],
      ...[edit(4, 'payment.closed.completed'), edit(5, 'menu.greeting' as TranslationKey)],
    ];
    const given = ['started', 'started', 'progress', 'over', 'over', 'over', 'closed'];
    expect(edits.map((one) => names.nameOf(one))).toEqual([
      ...given.map((what) => `telegram.editMessageText.${what}`),
      null,
    ]);
    expect(names.nameOf(edits[0] as (typeof edits)[0])).toBe('telegram.editMessageText.started');
  });

  it.each<[string | null, ReturnType<typeof call>]>([
    ['kie.createTask', call('kie', 'POST /api/v1/jobs/createTask')],
    ['yookassa.createPayment', call('yookassa', 'POST /v3/payments')],
    [null, call('yookassa', 'GET /checkout?orderId=1')],
    ['telegram.sendInvoice', call('telegram', 'POST /bot1:x/sendInvoice', {})],
    ['telegram.answerPreCheckoutQuery', call('telegram', 'POST /bot1:x/answerPreCheckoutQuery', {})],
    ['telegram.refundStarPayment', call('telegram', 'POST /bot1:x/refundStarPayment', {})],
    [null, call('telegram', 'POST /bot1:x/setMyCommands', {})],
    [null, call('telegram', 'POST /bot1:x/sendMessage', { text: 'Menu' })],
    [
      'telegram.sendMessage',
      call('telegram', 'POST /bot1:x/sendMessage', {
        text: translate('ru', 'payment.completed', { credits: '5' }),
      }),
    ],
  ])('says %s', (name, one) => {
    expect(new CrowdNames(() => false).nameOf(one)).toBe(name);
  });
});
