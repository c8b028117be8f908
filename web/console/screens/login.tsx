import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from '../../ui/dialog.js';
import { logIn } from '../state/session.js';
import { textOf } from '../ui/form-text.js';
import { Problem } from '../ui/parts.js';

/** Where everybody begins. */
export function Login() {
  return (
    <main class="login">
      <LoginForm>
        <h1>Neurocards console</h1>
      </LoginForm>
    </main>
  );
}

/** Over a console whose session has ended: what was begun in it waits until somebody is logged in. */
export function LoginAgain({ operator }: { operator: string }) {
  return (
    <Dialog title="Your session has ended">
      <LoginForm operator={operator}>
        <p>Log in to go on where you were.</p>
      </LoginForm>
    </Dialog>
  );
}

function LoginForm({ operator, children }: { operator?: string; children: ComponentChildren }) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const form = event.currentTarget as HTMLFormElement;
    const given = new FormData(form);
    setBusy(true);
    setProblem(null);
    try {
      await logIn(textOf(given, 'operator'), textOf(given, 'password'));
    } catch (error) {
      setProblem((error as Error).message);
      setBusy(false);
      form.querySelector<HTMLInputElement>('[name=password]')?.select();
    }
  };
  const isKnown = operator !== undefined;
  return (
    <form class="login-form" onSubmit={(event) => void submit(event)}>
      {children}
      <label class="field">
        Your name
        <input
          class="input"
          name="operator"
          autoComplete="username"
          required
          maxLength={40}
          defaultValue={operator}
          autoFocus={!isKnown}
        />
        <span class="hint">It stands beside everything that you do here.</span>
      </label>
      <label class="field">
        Password
        <input
          class="input"
          name="password"
          type="password"
          autoComplete="current-password"
          required
          maxLength={512}
          autoFocus={isKnown}
        />
      </label>
      <Problem text={problem} />
      <button type="submit" class="button is-main" aria-disabled={isBusy}>
        {isBusy ? 'One moment…' : 'Log in'}
      </button>
    </form>
  );
}
