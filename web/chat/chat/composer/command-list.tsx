import { useEffect, useLayoutEffect, useState } from 'preact/hooks';
import type { BotCommand } from '../../../../sandbox/page/protocol.js';

/** The id of the list, for the field that it belongs to. */
export const COMMANDS_ID = 'commands';

/** The id of a command in the list. */
export function optionId(index: number): string {
  return `${COMMANDS_ID}-${index}`;
}

interface CommandListProps {
  commands: readonly BotCommand[];
  chosen: number;
  onChoose: (command: BotCommand) => void;
}

/** The bot's commands over the input field. */
export function CommandList({ commands, chosen, onChoose }: CommandListProps) {
  useEffect(() => {
    document.getElementById(optionId(chosen))?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <div class="commands" id={COMMANDS_ID} role="listbox" aria-label="Commands">
      {commands.map((command, index) => (
        <div
          key={command.command}
          id={optionId(index)}
          class="command"
          role="option"
          aria-selected={index === chosen}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(command)}
        >
          <span class="command-name">/{command.command}</span>
          <span class="command-words">{command.description}</span>
        </div>
      ))}
    </div>
  );
}

interface ChoiceActions {
  /** Enter, or a click. */
  onChoose: (command: BotCommand) => void;
  /** Tab. */
  onComplete: (command: BotCommand) => void;
  /** Esc. */
  onClose: () => void;
}

/** Which command the arrows have reached, and what keys do while the list is open. */
export function useCommandChoice(commands: readonly BotCommand[], actions: ChoiceActions) {
  const [wanted, setIndex] = useState(0);
  const count = commands.length;
  const index = Math.min(wanted, Math.max(count - 1, 0));
  // Before the next key comes: Enter sends what is chosen.
  useLayoutEffect(() => setIndex(0), [commands.map(({ command }) => command).join(' ')]);
  /** Whether the key was for the list. */
  const onKeyDown = (event: KeyboardEvent): boolean => {
    const command = commands[index];
    if (!command || event.isComposing) return false;
    if (event.key === 'ArrowDown') setIndex((index + 1) % count);
    else if (event.key === 'ArrowUp') setIndex((index - 1 + count) % count);
    else if (event.key === 'Enter') actions.onChoose(command);
    else if (event.key === 'Tab' && !event.shiftKey) actions.onComplete(command);
    else if (event.key === 'Escape') actions.onClose();
    else return false;
    event.preventDefault();
    return true;
  };
  return { index, choose: actions.onChoose, onKeyDown };
}
