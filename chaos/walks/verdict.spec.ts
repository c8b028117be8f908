import { describe, expect, it } from 'vitest';
import { CALLBACK_KINDS, OPERATOR_CALLBACK_KINDS } from '../../src/modules/telegram/light.js';
import type { WalkFacts } from './facts.js';
import { SCREEN_NAMES } from './screens.js';
import type { Delivery, SeenUpdate } from '../system/update-log.js';
import { findBroken } from './verdict.js';

const ANNA = 5;
const GOOD: Delivery = { status: 200, cameAtMs: 100, answeredAtMs: 110 };
const BAD: Delivery = { status: 502, cameAtMs: 50, answeredAtMs: 60 };
const TAP: SeenUpdate = {
  ...{ id: 1, type: 'callback_query', personId: ANNA, content: '1:menu', deliveries: [GOOD] },
};
/** Anna erases herself, after all that she did before. */
const ERASURE: SeenUpdate = {
  ...{ ...TAP, id: 2, content: '1:erase:0' },
  deliveries: [{ status: 200, cameAtMs: 200, answeredAtMs: 210 }],
};
const SESSION = { chatId: ANNA, done: [1], isUnderstood: true, isLocked: false };
/** As many as are remembered, all of them after the tap. */
const MANY = Array.from({ length: 64 }, (_, index) => 2 + index);
const KEY_SPENT = {
  ...{ level: 'error', part: 'kie-keys', msg: 'A key of KIE is out of use', updateId: null, error: '' },
};
const ANSWERED = { queryId: 'q', personId: ANNA, data: '1:menu', answeredAfterMs: 20 };

const everywhere = (names: readonly string[], count: number) =>
  Object.fromEntries(names.map((name) => [name, count]));

/** A run of one tap that was answered, taken and remembered. */
function facts(changes: Partial<WalkFacts> = {}): WalkFacts {
  return {
    steps: { made: 5_000, wanted: 5_000 },
    lost: [],
    taps: [ANSWERED],
    updates: [TAP],
    sessions: [SESSION],
    orders: [],
    helps: [{ personId: ANNA, sent: 0 }],
    farewells: [{ personId: ANNA, screen: 'menu' }],
    logs: logs({}),
    weathers: [],
    visits: visits({}),
    audit: { rows_checked: 10, drift: 0 },
    open: [],
    ...changes,
  };
}

function logs({ over = 1, errors = [] }: { over?: number; errors?: WalkFacts['logs']['errors'] }) {
  return { over: new Map([[TAP.id, over]]), errors };
}

function visits({ screens = {}, buttons = {} }: { screens?: object; buttons?: object }): WalkFacts['visits'] {
  return {
    screens: { ...everywhere(SCREEN_NAMES, 20), apology: 0, ...screens },
    buttons: { ...everywhere(CALLBACK_KINDS, 5), ...everywhere(OPERATOR_CALLBACK_KINDS, 0), ...buttons },
  };
}

describe('findBroken', () => {
  it.each<[string, Partial<WalkFacts>]>([
    ['a run that kept every promise', {}],
    ['an update that came again before it was taken', { updates: [{ ...TAP, deliveries: [BAD, GOOD] }] }],
    ['a copy of an update that was over', { updates: [{ ...TAP, deliveries: [GOOD, GOOD] }] }],
    [
      'a pre-checkout query, which takes no chat',
      { updates: [TAP, { ...TAP, id: 3, type: 'pre_checkout_query' }] },
    ],
    ['what so much came after that it is remembered no more', { sessions: [{ ...SESSION, done: MANY }] }],
    ['what an erasure took along', { updates: [TAP, ERASURE], sessions: [] }],
    [
      'what an erasure let happen again',
      { updates: [TAP, ERASURE], sessions: [{ ...SESSION, done: [1, 2] }], logs: logs({ over: 2 }) },
    ],
    ['a key without money, when none had any', errorsIn(['kie_has_no_money'])],
    [
      'few visits on a short run',
      { steps: { made: 250, wanted: 250 }, visits: visits({ screens: { menu: 0 }, buttons: { menu: 0 } }) },
    ],
    ['help for each who asked', { updates: [asked('/help')], helps: [{ personId: ANNA, sent: 1 }] }],
    [
      'help shown again after the process that had shown it died',
      { updates: [asked('1:help', [BAD, GOOD])], helps: [{ personId: ANNA, sent: 2 }] },
    ],
    [
      'an order for a tap that starts it',
      { updates: [asked('1:confirm:x')], orders: [{ personId: ANNA, orders: 1 }] },
    ],
  ])('has nothing against %s', (_what, changes) => {
    expect(findBroken(facts(changes))).toEqual([]);
  });

  it.each<[string, Partial<WalkFacts>]>([
    ['4999 steps instead of 5000', { steps: { made: 4_999, wanted: 5_000 } }],
    ['message:7 of person 5 was not taken', { lost: ['message:7 of person 5 was not taken'] }],
    ['the tap 1:menu of person 5 was never answered', { taps: [{ ...ANSWERED, answeredAfterMs: null }] }],
    [
      'the tap 1:menu of person 5 was answered after 25001 ms',
      { taps: [{ ...ANSWERED, answeredAfterMs: 25_001 }] },
    ],
    ['the state of chat 5 is not understood', { sessions: [{ ...SESSION, isUnderstood: false }] }],
    ['chat 5 is locked', { sessions: [{ ...SESSION, isLocked: true }] }],
    ['person 5 asked for the menu and saw pay', { farewells: [{ personId: ANNA, screen: 'pay' }] }],
    ['update 1 (callback_query) was never answered 2xx', { updates: [{ ...TAP, deliveries: [BAD] }] }],
    ['was answered 2xx and is not in done', { sessions: [{ ...SESSION, done: [2] }] }],
    ['was answered 2xx and is not in done', { sessions: [] }],
    ['was answered 2xx and is not in done', { sessions: [{ ...SESSION, done: MANY.slice(1) }] }],
    ['was answered 2xx and is not in done', { sessions: [{ ...SESSION, done: [0, ...MANY.slice(1)] }] }],
    [
      // What came after it must be remembered.
      'update 3 (callback_query) of person 5 was answered 2xx and is not in done',
      { updates: [ERASURE, { ...TAP, id: 3, deliveries: [later()] }], sessions: [] },
    ],
    [
      // Somebody else's erasure is no excuse.
      'update 1 (callback_query) of person 5 was answered 2xx and is not in done',
      { updates: [TAP, { ...ERASURE, personId: 6 }], sessions: [] },
    ],
    ['update 1 (callback_query) was acted on 2 times', { logs: logs({ over: 2 }) }],
    ['person 5 has 1 orders, more than they started', { orders: [{ personId: ANNA, orders: 1 }] }],
    [
      'person 5 was sent help 2 times, more than they asked',
      { updates: [asked('/help')], helps: [{ personId: ANNA, sent: 2 }] },
    ],
    ['logged as an error: kie-keys: A key of KIE is out of use', errorsIn([])],
    ['the bot apologised 1 times', { visits: visits({ screens: { apology: 1 } }) }],
    ['the audit finds 3 rows that differ', { audit: { rows_checked: 10, drift: 3 } }],
    ['2 jobs not over in the end', { open: ['2 jobs'] }],
    ['screen pay was shown 19 times, not 20', { visits: visits({ screens: { pay: 19 } }) }],
    ['button skip was pressed 4 times, not 5', { visits: visits({ buttons: { skip: 4 } }) }],
    [
      'button op_user of the operators was pressed 1 times',
      { steps: { made: 250, wanted: 250 }, visits: visits({ buttons: { op_user: 1 } }) },
    ],
  ])('says: %s', (sentence, changes) => {
    const broken = findBroken(facts(changes));
    expect(broken).toHaveLength(1);
    expect(broken[0]).toContain(sentence);
  });
});

function errorsIn(weathers: string[]): Partial<WalkFacts> {
  return { weathers, logs: logs({ errors: [KEY_SPENT] }) };
}

function asked(content: string, deliveries: Delivery[] = [GOOD]): SeenUpdate {
  return { ...TAP, content, deliveries };
}

function later(): Delivery {
  return { status: 200, cameAtMs: 300, answeredAtMs: 310 };
}
