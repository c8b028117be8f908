import { useState } from 'preact/hooks';
import type { ActionName } from '../../../../sandbox/page/protocol.js';
import { act, ActionError } from '../../state/api.js';

/** An action of the sandbox, as what caused it sees it. */
export interface ActionInHand {
  /** Asks for it; the answer is null when it could not be done, and `problem` says why. */
  run: <T>(action: ActionName, input?: object) => Promise<T | null>;
  isBusy: boolean;
  /** A sentence to show beside what caused it. */
  problem: string | null;
}

/** One action at a time, with what went wrong. */
export function useAction(): ActionInHand {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async <T>(action: ActionName, input: object = {}): Promise<T | null> => {
    setBusy(true);
    setProblem(null);
    try {
      return await act<T>(action, input);
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      setProblem(error.message);
      return null;
    } finally {
      setBusy(false);
    }
  };
  return { run, isBusy, problem };
}
