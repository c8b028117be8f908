import { useEffect, useState } from 'preact/hooks';
import { overlay } from '../../state/overlays.js';
import { Icon } from '../../../ui/icon.js';

/** While files are dragged over the page: where to let them go. */
export function DropZones({ personId }: { personId: number }) {
  const isDragging = useDragging();
  if (!isDragging) return null;
  return (
    <div class="drop-zones">
      <Zone personId={personId} words="Drop here to send as a photo" asFile={false} />
      <Zone personId={personId} words="Drop here to send as a file" asFile />
    </div>
  );
}

function Zone({ personId, words, asFile }: { personId: number; words: string; asFile: boolean }) {
  const [isOver, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) overlay.value = { kind: 'files', personId, files, asFile };
  };
  return (
    <div
      class={isOver ? 'drop-zone is-over' : 'drop-zone'}
      onDragEnter={() => setOver(true)}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <Icon name={asFile ? 'file' : 'image'} />
      {words}
    </div>
  );
}

/** Whether files hang over the page now. What is dropped beside the zones goes nowhere, least of all into the browser. */
function useDragging(): boolean {
  const [isDragging, setDragging] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setDragging(true);
    };
    const onEnd = (event: DragEvent) => {
      if (event.type === 'drop' && event.dataTransfer?.types.includes('Files')) event.preventDefault();
      // A drag that goes from one element to the next within the page has left nothing.
      if (event.type === 'drop' || event.relatedTarget === null) setDragging(false);
    };
    document.addEventListener('dragover', onOver);
    document.addEventListener('dragleave', onEnd);
    document.addEventListener('drop', onEnd);
    return () => {
      document.removeEventListener('dragover', onOver);
      document.removeEventListener('dragleave', onEnd);
      document.removeEventListener('drop', onEnd);
    };
  }, []);
  return isDragging;
}
