import { useEffect } from 'preact/hooks';
import type { PageState } from '../../../../sandbox/page/protocol.js';
import { Panel } from '../../panel/panel.js';
import { comeBack } from '../../state/deeds.js';
import { hasPanelColumn } from '../../state/media-query.js';
import { closeOverlay, overlay } from '../../state/overlays.js';
import { PeopleList } from '../people/people-list.js';
import { Dialog } from '../../../ui/dialog.js';
import { BrowserDialog } from './browser-dialog.js';
import { FilesDialog } from './files-dialog.js';
import { AddPersonDialog, AlertDialog, PayDialog, PictureDialog } from './small-dialogs.js';

/** Whatever lies over the page now. */
export function Overlays({ state }: { state: PageState }) {
  useReturns();
  useChatInSight(state.personId);
  usePanelOnce();
  return (
    <>
      <Current state={state} />
      <AlertDialog botName={state.bot.firstName} />
    </>
  );
}

function Current({ state }: { state: PageState }) {
  const shown = overlay.value;
  switch (shown?.kind) {
    case 'people':
      return (
        <Dialog title="People" onClose={closeOverlay} class="sheet is-left">
          <PeopleList state={state} onChosen={closeOverlay} />
        </Dialog>
      );
    case 'panel':
      return hasPanelColumn.value ? null : (
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
      return <FilesDialog personId={shown.personId} files={shown.files} asFile={shown.asFile} />;
    case 'pay':
      return <PayDialog message={shown.message} personId={shown.personId} />;
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
      comeBack(data.to);
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

/** A tablet that is turned has room for the panel beside the chat: it does not lie over it as well. */
function usePanelOnce(): void {
  const isBeside = hasPanelColumn.value;
  useEffect(() => {
    if (isBeside && overlay.value?.kind === 'panel') closeOverlay();
  }, [isBeside]);
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
