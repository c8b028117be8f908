import { describe, expect, it } from 'vitest';
import { readOperatorCommand, type OperatorCommand } from './operator-commands.rules.js';

const ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
const refund = (kopecks: number | null, reason: string | null): OperatorCommand => ({
  ...{ kind: 'wish', wish: { kind: 'refund', paymentId: ID, kopecks }, reason },
});
const turned = (
  name: 'maintenance' | 'orders_stopped',
  on: boolean,
  reason: string | null,
): OperatorCommand => ({
  ...{ kind: 'wish', wish: { kind: 'switch', name, on }, reason },
});

describe('the commands of operators', () => {
  it.each<[string, OperatorCommand | null]>([
    ['/admin', { kind: 'figures' }],
    ['/ADMIN@neurocards_bot now', { kind: 'figures' }],
    ['/broadcast', { kind: 'broadcast' }],
    ['/user 5100000001', { kind: 'person', who: { tgUserId: 5_100_000_001 } }],
    ['/user @anna_shop', { kind: 'person', who: { username: 'anna_shop' } }],
    ['/user anna_shop', { kind: 'person', who: { username: 'anna_shop' } }],
    [`/user ${ID.toUpperCase()}`, { kind: 'person', who: { userId: ID } }],
    [`/job ${ID}`, { kind: 'job', jobId: ID }],
    ['/grant @anna 5', { kind: 'grant', who: { username: 'anna' }, credits: 5, reason: null }],
    [
      '/grant 5100000001 12  sorry for\nthe wait',
      { kind: 'grant', who: { tgUserId: 5_100_000_001 }, credits: 12, reason: 'sorry for\nthe wait' },
    ],
    [`/refund ${ID}`, refund(null, null)],
    [`/refund ${ID} not what they wanted`, refund(null, 'not what they wanted')],
    [`/refund ${ID} 199`, refund(19_900, null)],
    [`/refund ${ID} 39,8 one of five`, refund(3_980, 'one of five')],
    [`/refund ${ID} 0.01 a test`, refund(1, 'a test')],
    ['/maintenance on the database moves', turned('maintenance', true, 'the database moves')],
    ['/maintenance OFF', turned('maintenance', false, null)],
    ['/orders off', turned('orders_stopped', true, null)],
    ['/orders on KIE is back', turned('orders_stopped', false, 'KIE is back')],
    ['/start', null],
    ['/administrate', null],
    ['admin', null],
    ['', null],
  ])('%j', (text, command) => {
    expect(readOperatorCommand(text)).toEqual(command);
  });

  it.each([
    ...[
      '/user',
      '/user an',
      '/user 12 34',
      '/user 0',
      '/grant',
      '/grant @anna',
      '/grant @anna five',
      '/grant @anna 0',
    ],
    ...[
      '/grant @anna -5 a typo',
      '/grant @anna 1.5 a typo',
      '/job',
      '/job 12',
      '/refund',
      '/refund 12 a typo',
    ],
    ...[`/refund ${ID} 0 nothing`, '/maintenance', '/maintenance please', '/orders', '/orders stop'],
  ])('%j is answered with what to write', (text) => {
    const command = text.slice(1).split(' ')[0];
    expect(readOperatorCommand(text)).toEqual({ kind: 'usage', command });
  });
});
