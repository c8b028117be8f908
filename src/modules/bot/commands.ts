import { translatePlain, type Language } from '../telegram/index.js';
import { COMMAND_NAMES } from './conversation.types.js';

/** The commands menu of a language (https://core.telegram.org/bots/api#setmycommands). */
export function commandsIn(language: Language): { command: string; description: string }[] {
  return (['start', ...COMMAND_NAMES] as const).map((command) => ({
    command,
    description: translatePlain(language, `commands.${command}`),
  }));
}
