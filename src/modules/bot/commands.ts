import { translatePlain, type Language } from '../telegram/index.js';
import { COMMAND_NAMES } from './conversation.types.js';
import { OPERATOR_COMMANDS } from './operators/operator-commands.rules.js';

/** The commands menu of a language (https://core.telegram.org/bots/api#setmycommands). */
export function commandsIn(language: Language): { command: string; description: string }[] {
  return (['start', ...COMMAND_NAMES] as const).map((command) => ({
    command,
    description: translatePlain(language, `commands.${command}`),
  }));
}

/** The same for an operator: theirs first. */
export function operatorCommandsIn(language: Language): { command: string; description: string }[] {
  const own = OPERATOR_COMMANDS.map((command) => ({
    command,
    description: translatePlain(language, `operator_commands.${command}`),
  }));
  return [...own, ...commandsIn(language)];
}
