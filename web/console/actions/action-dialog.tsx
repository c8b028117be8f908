import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ActionAnswer } from '../../../src/modules/console/protocol.js';
import { Dialog } from '../../ui/dialog.js';
import { post, type ApiError } from '../state/api.js';
import { readAgain } from '../state/changes.js';
import { textOf } from '../ui/form-text.js';
import { Problem } from '../ui/parts.js';
import { newKey } from './new-key.js';
import { explainOutcome, isRefused } from './outcomes.rules.js';
import { findUnanswered, forgetUnanswered, keepUnanswered, type Wish } from './unanswered-wishes.js';

const REASON_LENGTH_MIN = 3;
const REASON_LENGTH_MAX = 500;
const PERHAPS_DONE = 'Perhaps it was done: trying again does it once at most.';

/** Something that an operator can do, as its dialog says it. */
export interface Deed {
  /** What its button and its dialog are called. */
  title: string;
  /** What will happen, and to whom, in money where money moves. */
  explains: ComponentChildren;
  action: string;
  subject: string;
  field?: DeedField;
  /** What there is to read once it is done. */
  done: (answer: ActionAnswer) => ComponentChildren;
  isDangerous?: boolean;
}

/** A field beside the reason. It gives what the wish carries besides, or a sentence about what is wrong with it. */
interface DeedField {
  label: string;
  hint: string;
  initial: string;
  read: (text: string) => { values: object } | { problem: string };
}

/** The buttons of what can be done here, and their dialog. Each opening is a wish of its own, or takes up one without an answer. */
export function Deeds({ deeds }: { deeds: readonly (Deed | false)[] }) {
  const [open, setOpen] = useState<{ deed: Deed; key: string } | null>(null);
  return (
    <div class="deeds">
      {deeds.map(
        (deed) =>
          deed && (
            <button
              key={deed.action}
              type="button"
              class={deed.isDangerous ? 'button is-bad' : 'button'}
              onClick={() => setOpen({ deed, key: newKey() })}
            >
              {deed.title}
            </button>
          ),
      )}
      {open && (
        <ActionDialog key={open.key} deed={open.deed} wishKey={open.key} onClose={() => setOpen(null)} />
      )}
    </div>
  );
}

function ActionDialog(props: { deed: Deed; wishKey: string; onClose: () => void }) {
  const { deed, wishKey, onClose } = props;
  const [before] = useState(() => findUnanswered(deed) ?? null);
  const { isBusy, isSent, problem, answer, submit } = useWish(deed, wishKey, before);
  const look = deed.isDangerous ? 'button is-main is-bad' : 'button is-main';
  return (
    <Dialog title={deed.title} class="action-dialog" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)}>
        <div class="explains">{deed.explains}</div>
        {answer ? (
          <p class={answer.outcome === 'done' ? 'outcome is-good' : 'outcome'} role="status">
            {answer.repeated && answer.outcome === 'done' && 'The try before had done it. '}
            {answer.outcome === 'done' ? deed.done(answer) : explainOutcome(answer)}
          </p>
        ) : (
          <Fields field={deed.field} before={before} isLocked={isSent} />
        )}
        <Problem text={problem} />
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={onClose}>
            {answer ? 'Done' : 'Leave it'}
          </button>
          {!answer && (
            <button type="submit" class={look} aria-disabled={isBusy}>
              {isBusy ? 'One moment…' : deed.title}
            </button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

/** A wish on its way. One whose answer was lost is asked for again as it was, under the same key. */
function useWish(deed: Deed, key: string, before: Wish | null) {
  const [sent, setSent] = useState(before);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState(before && PERHAPS_DONE);
  const [answer, setAnswer] = useState<ActionAnswer | null>(null);
  const ask = async (wish: Wish) => {
    const isRetry = sent !== null;
    setBusy(true);
    setProblem(null);
    setSent(wish);
    keepUnanswered(wish);
    try {
      setAnswer(await post<ActionAnswer>('actions', bodyOf(wish)));
      forgetUnanswered(wish);
      readAgain();
    } catch (error) {
      const { status, message } = error as ApiError;
      if (isRefused(status, isRetry)) {
        setSent(null);
        forgetUnanswered(wish);
        setProblem(message);
      } else setProblem(`${message.replace(/[^.!?]$/, '$&.')} ${PERHAPS_DONE}`);
    } finally {
      setBusy(false);
    }
  };
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy || answer) return;
    const wish = sent ?? wishOf(deed, key, new FormData(event.currentTarget as HTMLFormElement));
    if ('problem' in wish) setProblem(wish.problem);
    else await ask(wish);
  };
  return { isBusy, isSent: sent !== null, problem, answer, submit };
}

function Fields(props: { field: DeedField | undefined; before: Wish | null; isLocked: boolean }) {
  const { field, before, isLocked } = props;
  return (
    <>
      {field && (
        <label class="field">
          {field.label}
          <input
            class="input"
            name="field"
            defaultValue={before?.field ?? field.initial}
            required
            readOnly={isLocked}
          />
          <span class="hint">{field.hint}</span>
        </label>
      )}
      <label class="field">
        Reason
        <textarea
          class="input"
          name="reason"
          rows={3}
          defaultValue={before?.reason}
          required
          minLength={REASON_LENGTH_MIN}
          maxLength={REASON_LENGTH_MAX}
          readOnly={isLocked}
        />
        <span class="hint">Kept for good, beside your name.</span>
      </label>
    </>
  );
}

function wishOf({ action, subject, field }: Deed, key: string, form: FormData): Wish | { problem: string } {
  const reason = textOf(form, 'reason').trim();
  if (reason.length < REASON_LENGTH_MIN)
    return { problem: `A reason has at least ${REASON_LENGTH_MIN} characters.` };
  const text = textOf(form, 'field');
  const read = field?.read(text) ?? { values: {} };
  return 'problem' in read ? read : { action, subject, key, reason, field: text, values: read.values };
}

function bodyOf({ action, subject, key, reason, values }: Wish): object {
  return { action, subject, key, reason, ...values };
}
