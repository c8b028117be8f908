import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { BotCommand, PageState, Person } from '../../../../sandbox/page/protocol.js';
import { say } from '../../state/deeds.js';
import { drafts, setDraft } from '../../state/drafts.js';
import { isTouch } from '../../state/media-query.js';
import { overlay } from '../../state/overlays.js';
import { matchCommands } from '../rules/words.rules.js';
import { Icon } from '../../../ui/icon.js';
import { COMPOSER_ID, FIELD_ID } from '../ui/ids.js';
import { AttachMenu } from './attach-menu.js';
import { COMMANDS_ID, CommandList, optionId, useCommandChoice } from './command-list.js';
import { Samples } from './samples.js';

/** Two messages' worth, to see how a long text is split. */
const TEXT_LENGTH_MAX = 8192;

/** The input field with everything that can be sent from it. */
export function InputBar({ state, person }: { state: PageState; person: Person }) {
  const text = drafts.value.get(person.id) ?? '';
  const field = useRef<HTMLTextAreaElement>(null);
  usePastedFiles(person.id);
  const [areAllShown, setAllShown] = useState(false);
  const [isListHidden, setListHidden] = useState(false);
  const setText = (typed: string) => setDraft(person.id, typed);
  const send = async (words: string) => {
    setAllShown(false);
    setText('');
    field.current?.focus();
    if (words.trim() !== '' && !(await say(person.id, words))) setText(words);
  };
  const matching = isListHidden ? [] : matchCommands(text, state.commands);
  const found = areAllShown ? state.commands : matching;
  const choice = useCommandChoice(found, {
    onChoose: ({ command }) => void send(`/${command}`),
    onComplete: ({ command }) => setText(`/${command} `),
    onClose: () => {
      setAllShown(false);
      setListHidden(true);
    },
  });
  return (
    <form
      class="composer"
      id={COMPOSER_ID}
      onSubmit={(event) => {
        event.preventDefault();
        void send(text);
      }}
    >
      {found.length > 0 && <CommandList commands={found} chosen={choice.index} onChoose={choice.choose} />}
      <div class="composer-field">
        <CommandsButton
          commands={state.commands}
          isOpen={areAllShown}
          onClick={() => {
            setAllShown(!areAllShown);
            field.current?.focus();
          }}
        />
        <Field
          field={field}
          text={text}
          language={person.languageCode}
          chosenId={found.length > 0 ? optionId(choice.index) : undefined}
          onInput={(typed) => {
            setAllShown(false);
            setListHidden(false);
            setText(typed);
          }}
          onBlur={() => setAllShown(false)}
          onKeyDown={(event) => {
            if (choice.onKeyDown(event) || !isSendKey(event)) return;
            event.preventDefault();
            void send(text);
          }}
        />
        <Samples samples={state.samples} person={person} onSent={() => field.current?.focus()} />
        <AttachMenu personId={person.id} otherKinds={state.otherKinds} />
      </div>
      <button type="submit" class="send" aria-label="Send" title="Send" disabled={text.trim() === ''}>
        <Icon name="send" />
      </button>
    </form>
  );
}

interface FieldProps {
  field: { current: HTMLTextAreaElement | null };
  text: string;
  language: string | undefined;
  /** The id of the command that the arrows have reached, while the list is open. */
  chosenId: string | undefined;
  onInput: (text: string) => void;
  onBlur: () => void;
  onKeyDown: (event: KeyboardEvent) => void;
}

function Field({ field, text, language, chosenId, onInput, onBlur, onKeyDown }: FieldProps) {
  useGrowing(field, text);
  useFreeFocus(field);
  return (
    <textarea
      ref={field}
      id={FIELD_ID}
      rows={1}
      maxLength={TEXT_LENGTH_MAX}
      placeholder="Message"
      aria-label="Message"
      aria-controls={chosenId && COMMANDS_ID}
      aria-activedescendant={chosenId}
      aria-autocomplete="list"
      lang={language}
      value={text}
      onInput={({ currentTarget }) => onInput(currentTarget.value)}
      onBlur={onBlur}
      onKeyDown={onKeyDown}
    />
  );
}

interface CommandsButtonProps {
  commands: readonly BotCommand[];
  isOpen: boolean;
  onClick: () => void;
}

function CommandsButton({ commands, isOpen, onClick }: CommandsButtonProps) {
  if (commands.length === 0) return null;
  return (
    <button
      type="button"
      class="commands-button"
      aria-label="Menu of commands"
      title="Menu of commands"
      aria-expanded={isOpen}
      // The field keeps the focus, and with it the list that this opens.
      onMouseDown={(event) => event.preventDefault()}
      onClick={onClick}
    >
      <Icon name={isOpen ? 'close' : 'menu'} />
      <span>Menu</span>
    </button>
  );
}

/** Enter sends where there is a keyboard to hold Shift on; while a word is being composed it belongs to the composing. */
function isSendKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing && !isTouch.value;
}

/** What is pasted anywhere on the page goes to the chat, unless something else is open. */
function usePastedFiles(personId: number): void {
  useEffect(() => {
    const take = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0 || overlay.value) return;
      event.preventDefault();
      overlay.value = { kind: 'files', personId, files, asFile: false };
    };
    document.addEventListener('paste', take);
    return () => document.removeEventListener('paste', take);
  }, [personId]);
}

/** Takes the focus when nothing has it, as after the button that the field stands in place of. */
function useFreeFocus(field: { current: HTMLTextAreaElement | null }): void {
  useEffect(() => {
    if (document.activeElement === document.body && !isTouch.value) field.current?.focus();
  }, []);
}

/** The field is as high as its text, up to what the style sheet allows. */
function useGrowing(field: { current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`;
  }, [text]);
}
