import { botUser } from '../api-json.js';
import { badRequest } from '../errors.js';
import { JsonFields, withPrefix } from '../json-fields.js';
import type { BotQuery } from '../query.js';
import type { BotCommand } from '../world.js';
import type { Method } from './method.js';

const COMMANDS_MAX = 100;
const SCOPES = new Set([
  ...['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators'],
  ...['chat', 'chat_administrators', 'chat_member'],
]);

/** https://core.telegram.org/bots/api#getme */
export const getMe: Method = (_query, { world }) => ({
  result: {
    ...botUser(world.bot),
    can_join_groups: false,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
  },
});

/** https://core.telegram.org/bots/api#setmycommands */
export const setMyCommands: Method = (query, { world }) => {
  const commands = readCommands(query);
  world.commands.set(commandsKey(query), commands);
  return { result: true };
};

/** https://core.telegram.org/bots/api#getmycommands */
export const getMyCommands: Method = (query, { world }) => ({
  result: world.commands.get(commandsKey(query)) ?? [],
});

/** https://core.telegram.org/bots/api#deletemycommands */
export const deleteMyCommands: Method = (query, { world }) => {
  world.commands.delete(commandsKey(query));
  return { result: true };
};

function readCommands(query: BotQuery): BotCommand[] {
  const value = query.json('commands', 'commands');
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw badRequest('expected an Array of BotCommand');
  const commands = value.map((item) =>
    withPrefix("can't parse BotCommand", () => {
      const fields = JsonFields.of(item, 'expected an Object');
      return { command: fields.requiredText('command'), description: fields.requiredText('description') };
    }),
  );
  if (commands.length > COMMANDS_MAX) throw badRequest('BOT_COMMANDS_TOO_MUCH');
  return commands.map(({ command, description }) => {
    const name = command.replace(/^\//, '');
    if (!/^[a-z0-9_]{1,32}$/.test(name)) throw badRequest('BOT_COMMAND_INVALID');
    if (description === '' || description.length > 256) throw badRequest('BOT_COMMAND_DESCRIPTION_INVALID');
    return { command: name, description };
  });
}

function commandsKey(query: BotQuery): string {
  const value = query.json('scope', 'BotCommandScope');
  const scope =
    value === undefined ? 'default' : withPrefix("can't parse BotCommandScope", () => scopeOf(value));
  const language = query.text('language_code');
  if (language !== '' && !/^[a-z]{2}$/.test(language)) throw badRequest('invalid language code specified');
  return `${scope}/${language}`;
}

function scopeOf(value: unknown): string {
  const fields = JsonFields.of(value, 'BotCommandScope must be an Object');
  const type = fields.requiredText('type');
  if (!SCOPES.has(type)) throw badRequest('Unsupported type specified');
  return type.startsWith('chat') ? `${type}:${fields.requiredText('chat_id')}` : type;
}
