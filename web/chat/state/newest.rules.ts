import type { ChatMessage, PageEvent, PageState } from '../../../sandbox/page/protocol.js';

/** The newest message of each chat, by person. */
export type Newest = ReadonlyMap<number, ChatMessage>;

/** The newest messages after an event. Of the chat on the page the messages before a deleted one are known, of another they are not. */
export function newestAfter(newest: Newest, event: PageEvent, page: PageState | null): Newest {
  switch (event.type) {
    case 'hello':
      return new Map(event.state.newest.map(({ personId, message }) => [personId, message]));
    case 'message_new':
      return withLine(newest, event.personId, event.message);
    case 'message_edited':
      if (newest.get(event.personId)?.messageId !== event.message.messageId) return newest;
      return withLine(newest, event.personId, event.message);
    case 'message_deleted': {
      if (newest.get(event.personId)?.messageId !== event.messageId) return newest;
      const isOnPage = event.personId === page?.personId;
      return withLine(newest, event.personId, isOnPage ? page.messages.at(-1) : undefined);
    }
    default:
      return newest;
  }
}

function withLine(newest: Newest, personId: number, message: ChatMessage | undefined): Newest {
  const lines = new Map(newest);
  if (message) lines.set(personId, message);
  else lines.delete(personId);
  return lines;
}
