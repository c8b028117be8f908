import type { ChatMessage, Person } from '../../../../sandbox/page/protocol.js';

/** As many colours as the style sheet has for faces. */
export const FACE_COLOURS = 7;

const KIND_WORDS: Readonly<Record<string, string>> = {
  photo: '🖼 Photo',
  video: '🎬 Video',
  document: '📎 File',
  invoice: '🧾 Invoice',
  successful_payment: '⭐ Payment',
  refunded_payment: '⭐ Money back',
  sticker: '👍 Sticker',
  voice: '🎤 Voice message',
  video_note: '📹 Video message',
  audio: '🎵 Audio',
  animation: '🎞 GIF',
  location: '📍 Location',
  contact: '👤 Contact',
  dice: '🎲 Dice',
  poll: '📊 Poll',
};

/** What a kind of message is called. */
export function describeKind(kind: string): string {
  return KIND_WORDS[kind] ?? kind.replaceAll('_', ' ');
}

/** The first letters of a name, for a face without a photo. */
export function initialsOf({ firstName, lastName = '' }: Pick<Person, 'firstName' | 'lastName'>): string {
  const words = `${firstName} ${lastName}`.split(/\s+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => [...word][0] ?? '')
    .join('')
    .toUpperCase();
}

/** The first name and the last, if there is one. */
export function fullName({ firstName, lastName }: Pick<Person, 'firstName' | 'lastName'>): string {
  return lastName ? `${firstName} ${lastName}` : firstName;
}

/** Which of the {@link FACE_COLOURS} a face has. */
export function colourOf(id: number): number {
  return id % FACE_COLOURS;
}

/** The line that a list of chats shows of a message. */
export function lastLine(message: ChatMessage): string {
  const text = message.text.replace(/\s+/g, ' ').trim();
  const kind = message.kind === 'text' ? '' : describeKind(message.kind);
  const [sign = ''] = kind.split(' ');
  // Where there are words, a sign says enough, and once.
  const head = text === '' ? kind : text.startsWith(sign) ? '' : sign;
  const isOurs = message.from === 'person' && !message.kind.endsWith('_payment');
  return [isOurs ? 'You:' : '', head, text].filter(Boolean).join(' ');
}

/** The first person who speaks the reader's language, of those that the app knows: Russian, or else English. */
export function preferredPerson(people: readonly Person[], languages: readonly string[]): Person | undefined {
  const wanted = languages[0]?.toLowerCase().startsWith('ru') ? 'ru' : 'en';
  return people.find(({ languageCode }) => languageCode?.startsWith(wanted)) ?? people[0];
}
