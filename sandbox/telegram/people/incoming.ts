import type { MessageContent, StoredFile, StoredMessage } from '../model.js';
import type { World } from '../world.js';

/** Puts a message into a person's chat on their side and makes its update, whether or not they could write now. */
export function addIncoming(
  world: World,
  personId: number,
  content: MessageContent,
  mediaGroupId?: string,
): StoredMessage {
  const person = world.person(personId);
  if (!person.started) {
    person.started = true;
    world.announcePerson(person);
  }
  for (const file of filesOf(content)) file.senderId = personId;
  const message = world.chats.add({
    chatId: personId,
    fromBot: false,
    content,
    replyMarkup: null,
    mediaGroupId,
  });
  world.announce('message_new', message);
  world.updates.push({ type: 'message', body: world.toApi(message), queueKey: `chat:${personId}` });
  return message;
}

function filesOf(content: MessageContent): readonly StoredFile[] {
  if (content.kind === 'photo') return content.sizes;
  return content.kind === 'document' || content.kind === 'video' ? [content.file] : [];
}
