import { describe, expect, it } from 'vitest';
import { CONTEXT, tap } from '../../../test/bot/turn-context.js';
import { decideTurn } from './conversation.rules.js';
import { FIRST_STATE, type ConversationState } from './conversation.schemas.js';
import type { CommandName, ConversationEvent, PersonEvent } from './conversation.types.js';
import { emptyDraft } from './draft.rules.js';

const ID = '00000000-0000-4000-8000-000000000003';
const STRANGER = { ...CONTEXT, consented: false };
const DRAFT = { ...emptyDraft(ID, 'reels'), model: 'grok' };
const KNOWN: ConversationState = { ...FIRST_STATE, step: 'photo', draft: DRAFT, screenMessageId: 5 };

const command = (name: CommandName): PersonEvent => ({ kind: 'command', name });
const decide = (event: ConversationEvent, state = KNOWN) => decideTurn(state, event, CONTEXT);

describe('before somebody has agreed', () => {
  it.each<[string, PersonEvent]>([
    ['/start', { kind: 'start', payload: null }],
    ['a text', { kind: 'text', text: 'hi' }],
    ['a command', command('menu')],
    ['/delete_me', command('delete_me')],
    ['a sticker', { kind: 'other', isFile: false }],
    ['a button of long ago', tap('count:3', false)],
    ['a button that buys', tap('buy:yookassa:pro', false)],
    ['an unreadable tap', tap('what', false)],
  ])('%s brings the question, and nothing else', (_what, event) => {
    expect(decideTurn(FIRST_STATE, event, STRANGER)).toEqual({
      state: FIRST_STATE,
      show: { screen: 'consent' },
    });
  });

  it('the first deep link is kept, also past the agreement', () => {
    const first = decideTurn(FIRST_STATE, { kind: 'start', payload: 'ref_1' }, STRANGER).state;
    const second = decideTurn(first, { kind: 'start', payload: 'ref_2' }, STRANGER).state;
    const { state, effect } = decideTurn(second, tap('agree'), STRANGER);
    expect(effect).toEqual({ kind: 'agree', language: null });
    const agreed = decideTurn(state, { kind: 'agreed', isNew: true }, CONTEXT);
    expect(agreed).toMatchObject({
      show: { screen: 'welcome', isNew: true },
      state: { startPayload: 'ref_1', step: 'menu' },
    });
  });

  it('the language can be chosen, and is the person’s from then on', () => {
    const { state, show } = decideTurn(FIRST_STATE, tap('language:en'), STRANGER);
    expect(show).toEqual({ screen: 'consent' });
    expect(decideTurn(state, tap('agree'), STRANGER).effect).toEqual({ kind: 'agree', language: 'en' });
  });

  it.each(['terms', 'paysupport'] as const)('/%s can be read', (name) => {
    expect(decideTurn(FIRST_STATE, command(name), STRANGER).show).toEqual({ screen: name });
  });

  it('an album is asked once', () => {
    const photo = { fileId: 'f', bytes: 1, caption: null, albumId: 'a' };
    const first = decideTurn(FIRST_STATE, { kind: 'photo', photo }, STRANGER);
    expect(first.show).toEqual({ screen: 'consent' });
    expect(decideTurn(first.state, { kind: 'photo', photo }, STRANGER).show).toBeUndefined();
  });

  it('a draft from before the question was asked is kept', () => {
    const { state } = decideTurn(KNOWN, tap('agree'), STRANGER);
    expect(decideTurn(state, { kind: 'agreed', isNew: false }, CONTEXT).state).toEqual({
      ...KNOWN,
      agreed: true,
    });
  });
});

describe('the account', () => {
  it.each<[PersonEvent, object]>([
    [command('cabinet'), { kind: 'open_cabinet' }],
    [tap('cabinet'), { kind: 'open_cabinet' }],
    [command('videos'), { kind: 'list_videos', page: 0 }],
    [tap('videos:3'), { kind: 'list_videos', page: 3 }],
    [tap(`video:${ID}`), { kind: 'find_video', jobId: ID }],
    [tap('statement:2'), { kind: 'list_statement', page: 2 }],
    [tap('language:en'), { kind: 'set_language', language: 'en' }],
    [tap(`cancel:${ID}`, false), { kind: 'cancel_order', orderId: ID, onScreen: false }],
    [command('delete_me'), { kind: 'look_at_account', shownCredits: null }],
    [tap('delete:7', true), { kind: 'look_at_account', shownCredits: 7 }],
    [tap('erase:7', true), { kind: 'erase_account', shownCredits: 7 }],
  ])('%j is looked up, and the draft waits', (event, effect) => {
    const turn = decide(event);
    expect(turn.effect).toEqual(effect);
    expect(turn.state).toEqual(KNOWN);
  });

  it('offers the languages, and goes on where the person was in the new one', () => {
    expect(decide(command('language')).show).toEqual({ screen: 'languages' });
    expect(decide({ kind: 'language_set' }).show).toEqual({
      ...{ screen: 'photo', hint: { key: 'language_set' } },
    });
  });

  it('needs no second agreement', () => {
    const agreed = { ...KNOWN, agreed: true };
    expect(decide(tap('agree', true), agreed)).toEqual({ state: agreed });
    // Registered, but the welcome was never shown: the button must not be dead.
    expect(decide(tap('agree', true)).effect).toEqual({ kind: 'agree', language: null });
    expect(decide(tap('agree', false)).show).toMatchObject({ screen: 'menu' });
  });
});

describe('cancelling an order', () => {
  const cancelled = { kind: 'cancelled', videos: 1, credits: 1, balance: 2, goingOn: 0 } as const;

  it('is shown by the order’s own message', () => {
    expect(decide({ kind: 'order_cancelled', outcome: cancelled, onScreen: false })).toEqual({
      state: KNOWN,
    });
  });

  it('from the list of videos renews the list', () => {
    const turn = decide({ kind: 'order_cancelled', outcome: cancelled, onScreen: true });
    expect(turn.effect).toEqual({ kind: 'list_videos', page: 0 });
  });

  it.each([
    ['too_late', 'cancel_too_late'],
    ['not_found', 'cancel_missing'],
  ] as const)('that is %s is told so', (kind, key) => {
    const turn = decide({ kind: 'order_cancelled', outcome: { kind }, onScreen: false });
    expect(turn.show).toEqual({ screen: 'photo', hint: { key } });
  });
});

describe('erasing', () => {
  it.each(['delete:7', 'erase:7'])('by an old button (%s) begins with the first question', (data) => {
    expect(decide(tap(data, false)).effect).toEqual({ kind: 'look_at_account', shownCredits: null });
  });

  const seen = (shownCredits: number | null, credits = 7): ConversationEvent => ({
    ...{ kind: 'account_seen', look: { kind: 'free', credits }, shownCredits },
  });

  it('asks twice, and names what is lost each time', () => {
    expect(decide(seen(null)).show).toEqual({ screen: 'erase_ask', credits: 7 });
    expect(decide(seen(7)).show).toEqual({ screen: 'erase_sure', credits: 7 });
  });

  it('asks anew when what would be lost has changed', () => {
    expect(decide(seen(7, 6)).show).toEqual({ screen: 'erase_ask', credits: 6 });
    const outcome = { kind: 'changed', credits: 8 } as const;
    expect(decide({ kind: 'account_erased', outcome }).show).toEqual({ screen: 'erase_ask', credits: 8 });
  });

  it('waits for what is open', () => {
    const busy = { kind: 'busy', videos: 2, payments: 1 } as const;
    const show = { screen: 'erase_busy', videos: 2, payments: 1 };
    expect(decide({ kind: 'account_seen', look: busy, shownCredits: null }).show).toEqual(show);
    expect(decide({ kind: 'account_erased', outcome: busy })).toEqual({ state: KNOWN, show });
  });

  it('leaves nothing of the conversation', () => {
    expect(decide({ kind: 'account_erased', outcome: { kind: 'erased' } })).toEqual({
      state: FIRST_STATE,
      show: { screen: 'erased' },
    });
  });
});
