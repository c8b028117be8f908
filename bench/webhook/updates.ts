/** People who write, by number from 0. */
const FIRST_PERSON_ID = 5_000_000_001;
const DATE_S = Math.floor(Date.now() / 1_000);

/** Telegram's id of a person. */
export function personIdOf(person: number): number {
  return FIRST_PERSON_ID + person;
}

/** What that person is called. */
export function firstNameOf(person: number): string {
  return `Anna ${person}`;
}

/** `/start` of that person, as Telegram posts it (https://core.telegram.org/bots/api#update). */
export function startUpdate(updateId: number, person: number): string {
  const id = personIdOf(person);
  const name = firstNameOf(person);
  return JSON.stringify({
    update_id: updateId,
    message: {
      message_id: updateId,
      from: { id, is_bot: false, first_name: name, language_code: 'en' },
      chat: { id, first_name: name, type: 'private' },
      date: DATE_S,
      text: '/start',
      entities: [{ offset: 0, length: 6, type: 'bot_command' }],
    },
  });
}
