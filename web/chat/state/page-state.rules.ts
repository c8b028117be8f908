import type { ChatMessage, PageEvent, PageState, ProviderCall } from '../../../sandbox/page/protocol.js';

/** As many calls are kept to look at, and of those that are made all the time as many more. */
export const CALLS_MAX = 300;
export const ROUTINE_CALLS_MAX = 30;

/** The state after an event. Of messages, only those of the person on the page; what others get is counted elsewhere. */
export function afterEvent(state: PageState | null, event: PageEvent): PageState | null {
  if (event.type === 'hello') return event.state;
  if (!state) return null;
  if ('personId' in event && event.type !== 'person_changed' && event.personId !== state.personId)
    return state;
  switch (event.type) {
    case 'message_new':
    case 'message_edited':
      return { ...state, messages: withMessage(state.messages, event.message) };
    case 'message_deleted':
      return { ...state, messages: state.messages.filter(({ messageId }) => messageId !== event.messageId) };
    case 'person_changed':
      return { ...state, people: withItem(state.people, event.person, ({ id }) => id) };
    case 'commands_changed':
      return { ...state, commands: event.commands };
    case 'account':
      return { ...state, account: event.account };
    case 'call':
      return { ...state, calls: withCall(state.calls, event.call) };
    case 'queues':
      return { ...state, queues: event.queues };
    case 'rehearsals':
      return { ...state, rehearsals: event.rehearsals };
    case 'story':
      return { ...state, stories: withItem(state.stories, event.story, ({ name }) => name) };
    case 'app':
      return { ...state, app: event.app };
    default:
      return state;
  }
}

/** In the place of the one with the same id, else at the end; messages stand in the order of their ids. */
function withMessage(messages: readonly ChatMessage[], message: ChatMessage): ChatMessage[] {
  const others = messages.filter(({ messageId }) => messageId !== message.messageId);
  return message.deleted ? others : [...others, message].sort((a, b) => a.messageId - b.messageId);
}

/** At the end; the oldest of its kind goes when there are too many, so that routine pushes out nothing else. */
function withCall(calls: readonly ProviderCall[], call: ProviderCall): ProviderCall[] {
  const callsMax = call.isRoutine ? ROUTINE_CALLS_MAX : CALLS_MAX;
  const alike = calls.filter(({ isRoutine }) => isRoutine === call.isRoutine);
  const kept = alike.length < callsMax ? calls : calls.filter((one) => one !== alike[0]);
  return [...kept, call];
}

function withItem<T>(items: readonly T[], item: T, keyOf: (item: T) => string | number): T[] {
  const isKnown = items.some((known) => keyOf(known) === keyOf(item));
  return isKnown ? items.map((known) => (keyOf(known) === keyOf(item) ? item : known)) : [...items, item];
}
