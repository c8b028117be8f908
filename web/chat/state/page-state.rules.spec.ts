import { describe, expect, it } from 'vitest';
import type { PageEvent, PageState, ProviderCall } from '../../../sandbox/page/protocol.js';
import { aMessage, aPerson } from '../chat/rules/chat.support.js';
import { afterEvent, CALLS_MAX, ROUTINE_CALLS_MAX } from './page-state.rules.js';
import { aState } from './state.support.js';

const state = aState({ personId: 1, people: [aPerson(1, 'ru')], messages: [aMessage(1), aMessage(3)] });

function idsAfter(event: PageEvent): number[] | undefined {
  return afterEvent(state, event)?.messages.map(({ messageId }) => messageId);
}

function aCall(id: number): ProviderCall {
  return {
    id,
    provider: 'kie',
    method: 'GET',
    path: '/',
    status: 200,
    durationMs: 1,
    at: '2026-08-02T10:00:00Z',
    request: null,
    response: null,
    isRoutine: false,
  };
}

describe('afterEvent', () => {
  it('knows nothing before the hello, and everything after it', () => {
    expect(afterEvent(null, { type: 'queues', queues: [] })).toBeNull();
    expect(afterEvent(null, { type: 'hello', state })).toBe(state);
    expect(afterEvent(state, { type: 'hello', state: aState() })).toEqual(aState());
  });

  it.each<[string, PageEvent, number[]]>([
    ['a new message', { type: 'message_new', personId: 1, message: aMessage(4) }, [1, 3, 4]],
    ['one that comes late', { type: 'message_new', personId: 1, message: aMessage(2) }, [1, 2, 3]],
    ['one that is there already', { type: 'message_new', personId: 1, message: aMessage(3) }, [1, 3]],
    ['one of another chat', { type: 'message_new', personId: 2, message: aMessage(4) }, [1, 3]],
    ['an edited one', { type: 'message_edited', personId: 1, message: aMessage(1, { edits: 1 }) }, [1, 3]],
    ['a deleted one', { type: 'message_deleted', personId: 1, messageId: 1 }, [3]],
    ['a deleted one of another chat', { type: 'message_deleted', personId: 2, messageId: 1 }, [1, 3]],
  ])('%s', (_, event, ids) => {
    expect(idsAfter(event)).toEqual(ids);
  });

  it('puts an edited message in the place of the old one and leaves the others as they are', () => {
    const message = aMessage(1, { text: 'new', edits: 1 });
    const after = afterEvent(state, { type: 'message_edited', personId: 1, message });
    expect(after?.messages[0]).toBe(message);
    expect(after?.messages[1]).toBe(state.messages[1]);
  });

  it.each<[string, PageEvent, Partial<PageState>]>([
    ['somebody new', changed(2), { people: [aPerson(1, 'ru'), aPerson(2, 'en')] }],
    ['somebody known', changed(1), { people: [aPerson(1, 'en')] }],
    ['commands', { type: 'commands_changed', personId: 1, commands: [] }, { commands: [] }],
    ['an account', { type: 'account', account: null }, { account: null }],
    ['what is only for a moment', { type: 'chat_action', personId: 1, action: 'typing' }, {}],
  ])('%s', (_, event, change) => {
    expect(afterEvent(state, event)).toEqual({ ...state, ...change });
  });

  it('keeps the newest calls only', () => {
    let after: PageState | null = state;
    for (let id = 1; id <= CALLS_MAX + 1; id += 1)
      after = afterEvent(after, { type: 'call', call: aCall(id) });
    expect(after?.calls).toHaveLength(CALLS_MAX);
    expect(after?.calls[0]?.id).toBe(2);
  });

  it('lets no routine push out the calls that one looks for', () => {
    let after: ReturnType<typeof afterEvent> = aState();
    const call = (id: number, isRoutine: boolean) => ({ type: 'call', call: { id, isRoutine } }) as PageEvent;
    after = afterEvent(after, call(0, false));
    for (let id = 1; id <= ROUTINE_CALLS_MAX + 5; id += 1) after = afterEvent(after, call(id, true));
    expect(after?.calls.map(({ id }) => id).slice(0, 2)).toEqual([0, 6]);
    expect(after?.calls).toHaveLength(ROUTINE_CALLS_MAX + 1);
  });
});

function changed(id: number): PageEvent {
  return { type: 'person_changed', personId: id, person: aPerson(id, 'en') };
}
