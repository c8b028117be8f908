import { useEffect } from 'preact/hooks';
import type { PageState } from '../../../../sandbox/page/protocol.js';
import { Panel } from '../../panel/panel.js';
import { openAddress } from '../../state/deeds.js';
import { closeOverlay, overlay } from '../../state/overlays.js';
import { PeopleList } from '../people/people-list.js';
import { Dialog } from '../ui/dialog.js';
import { BrowserDialog } from './browser-dialog.js';
import { FilesDialog } from './files-dialog.js';
import { AddPersonDialog, AlertDialog, PayDialog, PictureDialog } from './small-dialogs.js';

/** Whatever lies over the page now. */
export function Overlays({ state }: { state: PageState }) {
  useReturns();
  useChatInSight(state.personId);
  return (
    <>
      <Current state={state} />
      <AlertDialog botName={state.bot.firstName} />
    </>
  );
}

function Current({ state }: { state: PageState }) {
  const shown = overlay.value;
  const { personId } = state;
  switch (shown?.kind) {
    case 'people':
      return (
        <Dialog title="People" onClose={closeOverlay} class="sheet is-left">
          <PeopleList state={state} onChosen={closeOverlay} />
        </Dialog>
      );
    case 'panel':
      return (
        <Dialog title="Behind the curtain" onClose={closeOverlay} class="sheet">
          <div class="panel-sheet">
            <Panel state={state} />
          </div>
        </Dialog>
      );
    case 'add_person':
      return <AddPersonDialog />;
    case 'picture':
      return <PictureDialog media={shown.media} />;
    case 'files':
      return personId && <FilesDialog personId={personId} files={shown.files} asFile={shown.asFile} />;
    case 'pay':
      return personId && <PayDialog message={shown.message} personId={personId} />;
    case 'browser':
      return <BrowserDialog url={shown.url} />;
    case undefined:
      return null;
  }
}

/** A checkout that is over sends its reader back to the bot: the page of the sandbox that it leads to says so here. */
function useReturns(): void {
  useEffect(() => {
    const listener = ({ origin, data }: MessageEvent<unknown>) => {
      if (origin !== location.origin || !isReturn(data)) return;
      if (overlay.value?.kind === 'browser') closeOverlay();
      openAddress(data.to);
    };
    window.addEventListener('message', listener);
    return () => window.removeEventListener('message', listener);
  }, []);
}

/** A story that is begun in the panel is played in the chat: where the panel lies over it, it gives way. */
function useChatInSight(personId: number | null): void {
  useEffect(() => {
    if (overlay.value?.kind === 'panel') closeOverlay();
  }, [personId]);
}

function isReturn(data: unknown): data is { type: 'return'; to: string } {
  return (
    typeof data === 'object' &&
    data !== null &&
    'type' in data &&
    data.type === 'return' &&
    'to' in data &&
    typeof data.to === 'string'
  );
}
