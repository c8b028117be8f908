import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOperatorCommand } from './operator-commands.rules.js';
import { awaitedBy, beginWish, decideOperator, EMPTY_BROADCAST, isWhole } from './operator.rules.js';
import { operatorStateSchema, type OperatorState, type Wish } from './operator.schemas.js';
import type { OperatorCallback, OperatorEvent, SentMessage } from './operator.types.js';

const KEY = '0f8fad5b-d9cb-469f-a165-70867728950e';
const NEW_KEY = '1f8fad5b-d9cb-469f-a165-70867728950e';
const ID = '2f8fad5b-d9cb-469f-a165-70867728950e';

const at = (wish: Wish, reason: string | null = null): OperatorState => ({ key: KEY, reason, wish });
const said = (text: string | null, changes: Partial<SentMessage> = {}): OperatorEvent => ({
  kind: 'message',
  message: { messageId: 7, content: text === null ? 'other' : 'text', text, isAlbum: false, ...changes },
});
const tap = (callback: OperatorCallback): OperatorEvent => ({ kind: 'tap', callback });
const decide = (state: OperatorState | null, event: OperatorEvent) => decideOperator(state, event, NEW_KEY);

const BAN: Wish = { kind: 'ban', userId: ID };
const GRANT: Wish = { kind: 'grant', userId: ID, credits: null };
const BROADCAST = { ...EMPTY_BROADCAST, messageId: 7 };

describe('what an operator is asked', () => {
  it.each<[OperatorState, ReturnType<typeof awaitedBy>]>([
    [at(GRANT), 'credits'],
    [at({ ...GRANT, credits: 5 }), 'reason'],
    [at(BAN), 'reason'],
    [at(BAN, 'spam'), null],
    [at(EMPTY_BROADCAST), 'message'],
    [at(BROADCAST), null],
    [at({ ...BROADCAST, asksButton: true }), 'button'],
    [at({ ...BROADCAST, isChosen: true }), 'reason'],
  ])('%o', (state, awaited) => {
    expect(awaitedBy(state)).toBe(awaited);
  });
});

describe('a wish of an operator', () => {
  it('is confirmed with its reason, by its key', () => {
    const asked = decide(null, tap({ kind: 'op_ask', args: ['ban', ID] }));
    expect(asked).toEqual({ operator: { key: NEW_KEY, reason: null, wish: BAN }, step: { kind: 'ask' } });
    const reasoned = decide(asked.operator, said('  spam  '));
    expect(reasoned.operator?.reason).toBe('spam');
    const confirmed = decide(reasoned.operator, tap({ kind: 'op_confirm', args: [NEW_KEY] }));
    expect(confirmed).toEqual({ operator: null, step: { kind: 'perform', confirmed: reasoned.operator } });
    expect(decide(null, tap({ kind: 'op_confirm', args: [NEW_KEY] })).step).toEqual({ kind: 'old' });
  });

  it.each<[string, OperatorState, OperatorEvent, OperatorState | null, unknown]>([
    ['a reason that is too short', at(BAN), said('x'), at(BAN), { kind: 'ask', problem: 'reason_too_short' }],
    ['a photo for a reason', at(BAN), said(null), at(BAN), { kind: 'ask', problem: 'reason_too_short' }],
    [
      'an endless reason',
      at(BAN),
      said('x'.repeat(501)),
      at(BAN),
      { kind: 'ask', problem: 'reason_too_long' },
    ],
    ['no number of credits', at(GRANT), said('many'), at(GRANT), { kind: 'ask', problem: 'bad_credits' }],
    [
      'a digit too many',
      at(GRANT),
      said('5000 a gift'),
      at(GRANT),
      { kind: 'ask', problem: 'too_many_credits' },
    ],
    [
      'credits and the reason at once',
      at(GRANT),
      said('5 a gift'),
      at({ ...GRANT, credits: 5 }, 'a gift'),
      { kind: 'ask' },
    ],
    [
      'a sticker for everybody',
      at(EMPTY_BROADCAST),
      said(null),
      at(EMPTY_BROADCAST),
      { kind: 'ask', problem: 'bad_message' },
    ],
    [
      'an album',
      at(EMPTY_BROADCAST),
      said('a', { isAlbum: true }),
      at(EMPTY_BROADCAST),
      { kind: 'ask', problem: 'bad_message' },
    ],
    [
      'its message',
      at(EMPTY_BROADCAST),
      said(null, { content: 'photo' }),
      at(BROADCAST),
      { kind: 'ask', isNewMessage: true },
    ],
    [
      ...([
        'a button that leads nowhere',
        at({ ...BROADCAST, asksButton: true }),
        said('Open | shop'),
      ] as const),
      ...([at({ ...BROADCAST, asksButton: true }), { kind: 'ask', problem: 'bad_button' }] as const),
    ],
    [
      ...([
        'a button',
        at({ ...BROADCAST, asksButton: true }),
        said('Open | us | https://shop.example/'),
      ] as const),
      at({ ...BROADCAST, button: { text: 'Open | us', url: 'https://shop.example/' } }),
      { kind: 'ask', isNewMessage: true },
    ],
    ['/cancel', at(BAN), { kind: 'cancel' }, null, { kind: 'given_up' }],
    [
      'another key',
      at(BAN, 'spam'),
      tap({ kind: 'op_confirm', args: [ID] }),
      at(BAN, 'spam'),
      { kind: 'old' },
    ],
    [
      'a confirmation before the reason',
      at(BAN),
      tap({ kind: 'op_confirm', args: [KEY] }),
      at(BAN),
      { kind: 'old' },
    ],
    [
      'a choice of people, chosen before',
      at({ ...BROADCAST, isChosen: true }),
      tap({ kind: 'op_who', args: ['bought'] }),
      at({ ...BROADCAST, isChosen: true }),
      { kind: 'old' },
    ],
    [
      ...(['a choice of people', at(BROADCAST), tap({ kind: 'op_language', args: ['ru'] })] as const),
      at({ ...BROADCAST, audience: { who: 'everybody', language: 'ru' } }),
      { kind: 'ask' },
    ],
  ])('takes %s', (_what, state, event, operator, step) => {
    expect(decide(state, event)).toEqual({ operator, step });
  });

  it('lets go when the operator goes on with something else, unless only the confirmation is missing', () => {
    expect(decide(at(BAN), { kind: 'other' })).toEqual({ operator: null, step: null });
    expect(decide(at(BAN, 'spam'), { kind: 'other' })).toEqual({ operator: at(BAN, 'spam'), step: null });
    // Then what is written is meant for the conversation.
    expect(decide(at(BAN, 'spam'), said('a mug'))).toEqual({ operator: at(BAN, 'spam'), step: null });
    expect(decide(null, { kind: 'cancel' })).toEqual({ operator: null, step: null });
  });

  it('refuses a digit too many in the command, too', () => {
    const turn = beginWish({ kind: 'grant', userId: ID, credits: 501 }, 'a gift', KEY);
    expect(turn).toEqual({ operator: at(GRANT), step: { kind: 'ask', problem: 'too_many_credits' } });
  });
});

const anyEvent: fc.Arbitrary<OperatorEvent> = fc.oneof(
  fc.constantFrom<OperatorEvent>({ kind: 'cancel' }, { kind: 'other' }, said(null, { content: 'photo' })),
  fc.constantFrom('5', 'a reason', 'x', 'Open | https://shop.example').map((text) => said(text)),
  fc
    .constantFrom(
      '/admin',
      '/orders off',
      '/maintenance on soon',
      `/refund ${ID} 5 a reason`,
      '/grant',
      '/broadcast',
    )
    .map((text): OperatorEvent => {
      const command = readOperatorCommand(text);
      return command ? { kind: 'command', command } : { kind: 'other' };
    }),
  fc
    .constantFrom<OperatorCallback>(
      { kind: 'op_ask', args: ['grant', ID] },
      { kind: 'op_ask', args: ['bc_stop', ID] },
      { kind: 'op_broadcast_new', args: [] },
      { kind: 'op_who', args: ['bought'] },
      { kind: 'op_button', args: [] },
      { kind: 'op_chosen', args: [] },
      { kind: 'op_drop', args: [] },
      { kind: 'op_confirm', args: [NEW_KEY] },
      { kind: 'op_confirm', args: [ID] },
    )
    .map(tap),
  // Or hardly any wish would get as far as that.
  fc.constant<OperatorCallback>({ kind: 'op_confirm', args: [NEW_KEY] }).map(tap),
);

it('whatever an operator does, only what is whole and has a reason is done, once', () => {
  let done = 0;
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
      let state: OperatorState | null = null;
      for (const event of events) {
        const turn = decide(state, event);
        if (turn.operator) expect(operatorStateSchema.parse(turn.operator)).toEqual(turn.operator);
        if (turn.step?.kind === 'perform') {
          done += 1;
          expect(isWhole(turn.step.confirmed)).toBe(true);
          expect(turn.step.confirmed.reason?.length).toBeGreaterThanOrEqual(3);
          expect(turn.operator).toBeNull();
        }
        state = turn.operator;
      }
    }),
    { numRuns: 500 },
  );
  expect(done).toBeGreaterThan(5);
});
