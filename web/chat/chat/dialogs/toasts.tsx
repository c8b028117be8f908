import { useLayoutEffect, useRef } from 'preact/hooks';
import { dismissToast, toasts } from '../../state/toasts.js';

/** Short words at the top of the page, over dialogs too. */
export function Toasts() {
  const ref = useRef<HTMLDivElement>(null);
  const shown = toasts.value;
  useLayoutEffect(() => {
    const place = ref.current;
    // Opened anew each time: only what was opened last lies over a dialog.
    if (place?.matches(':popover-open')) place.hidePopover();
    if (shown.length > 0) place?.showPopover();
  }, [shown]);
  return (
    <div ref={ref} class="toasts" popover="manual" role="status" aria-live="polite">
      {shown.map(({ id, text, tone }) => (
        <p key={id} class={tone === 'bad' ? 'toast is-bad' : 'toast'} onClick={() => dismissToast(id)}>
          {text}
        </p>
      ))}
    </div>
  );
}
