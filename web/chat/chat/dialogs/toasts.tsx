import { useLayoutEffect, useRef } from 'preact/hooks';
import { dismissToast, type Toast, toasts } from '../../state/toasts.js';
import { Icon } from '../../../ui/icon.js';

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
    <>
      <Said role="status" toasts={shown.filter(({ tone }) => tone === 'plain')} />
      <Said role="alert" toasts={shown.filter(({ tone }) => tone === 'bad')} />
      <div ref={ref} class="toasts" popover="manual">
        {shown.map(({ id, text, tone }) => (
          <div key={id} class={tone === 'bad' ? 'toast is-bad' : 'toast'}>
            <p>{text}</p>
            <button type="button" class="toast-close" aria-label="Dismiss" onClick={() => dismissToast(id)}>
              <Icon name="close" />
            </button>
          </div>
        ))}
      </div>
    </>
  );
}

/** Always there: a screen reader misses what comes together with its region. */
function Said({ role, toasts: said }: { role: 'status' | 'alert'; toasts: readonly Toast[] }) {
  return (
    <div class="visually-hidden" role={role} aria-atomic="false">
      {said.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
