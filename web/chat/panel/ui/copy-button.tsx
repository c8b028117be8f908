import { useEffect, useState } from 'preact/hooks';

const WORDS = { idle: 'Copy', copied: 'Copied', refused: 'Select it and press Ctrl+C' } as const;
const SHOWN_FOR_MS = 2_000;

/** Puts a text on the clipboard, and says so for two seconds. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [state, setState] = useState<keyof typeof WORDS>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      // Away from localhost a page without TLS has no clipboard.
      setState('refused');
    }
  };
  return (
    <button
      type="button"
      class="panel-link"
      aria-label={state === 'idle' ? `Copy ${what}` : undefined}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{WORDS[state]}</span>
    </button>
  );
}
