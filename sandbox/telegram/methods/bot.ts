import { botUser } from '../api-json.js';
import { badRequest } from '../errors.js';
import { JsonFields, withPrefix } from '../json-fields.js';
import type { BotQuery } from '../query.js';
import type { BotCommand, CommandScope } from '../command-menus.js';
import type { World } from '../world.js';
import type { Method } from './method.js';

const COMMANDS_MAX = 100;
const NO_OBJECT = 'BotCommandScope must be an Object';
const WIDE_SCOPES = new Set(['default', 'all_private_chats', 'all_group_chats', 'all_chat_administrators']);
const CHAT_SCOPES = new Set(['chat', 'chat_administrators', 'chat_member']);

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
  const { scope, language } = readMenu(query, world);
  world.commands.set(scope, language, commands);
  world.announceCommands(scope.chatId);
  return { result: true };
};

/** https://core.telegram.org/bots/api#getmycommands */
export const getMyCommands: Method = (query, { world }) => {
  const { scope, language } = readMenu(query, world);
  return { result: world.commands.find(scope, language) ?? [] };
};

/** https://core.telegram.org/bots/api#deletemycommands */
export const deleteMyCommands: Method = (query, { world }) => {
  const { scope, language } = readMenu(query, world);
  world.commands.delete(scope, language);
  world.announceCommands(scope.chatId);
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

/** Which menu a call is about. Throws the texts of the real server (Client.cpp, then td's BotCommandScope.cpp). */
function readMenu(query: BotQuery, world: World): { scope: CommandScope; language: string } {
  const value = query.json('scope', 'BotCommandScope');
  const scope =
    value === undefined
      ? { type: 'default' }
      : withPrefix("can't parse BotCommandScope", () => readScope(JsonFields.of(value, NO_OBJECT)));
  if (scope.chatId !== undefined) checkChat(scope.type, scope.chatId, world);
  const language = query.text('language_code');
  if (language !== '' && !/^[a-z]{2}$/.test(language)) throw badRequest('invalid language code specified');
  return { scope, language };
}

function readScope(fields: JsonFields): CommandScope {
  const type = fields.requiredText('type');
  if (WIDE_SCOPES.has(type)) return { type };
  if (!CHAT_SCOPES.has(type)) throw badRequest('Unsupported type specified');
  const chatId = fields.requiredText('chat_id');
  if (chatId === '') throw badRequest('Empty chat_id specified');
  if (type === 'chat_member') {
    if (!fields.has('user_id')) throw badRequest('Can\'t find field "user_id"');
    if (fields.integer('user_id') <= 0) throw badRequest('Invalid user_id specified');
  }
  return { type, chatId: Number(chatId) };
}

/** There are private chats only. */
function checkChat(type: string, chatId: number, world: World): void {
  world.knownChat(chatId);
  if (type !== 'chat') throw badRequest("can't use specified scope in private chats");
}
