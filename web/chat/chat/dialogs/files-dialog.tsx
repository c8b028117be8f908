import { useEffect, useRef, useState } from 'preact/hooks';
import { closeOnly, closeOverlay, overlay } from '../../state/overlays.js';
import { ALBUM_MAX, isPicture, sendFiles } from '../../state/sending.js';
import { formatBytes } from '../rules/media.rules.js';
import { Dialog } from '../../../ui/dialog.js';
import { Icon } from '../../../ui/icon.js';

const CAPTION_LENGTH_MAX = 1024;
const PREVIEW_WIDTH_PX = 480;

interface FilesDialogProps {
  personId: number;
  files: readonly File[];
  asFile: boolean;
}

/** A last look at photos or files before they go out, with a caption. */
export function FilesDialog({ personId, files: chosen, asFile: asFileAtFirst }: FilesDialogProps) {
  const files = chosen.slice(0, ALBUM_MAX);
  const [caption, setCaption] = useState('');
  const [asFile, setAsFile] = useState(asFileAtFirst);
  const [isSending, setSending] = useState(false);
  const canBePhotos = files.every(isPicture);
  const send = async (event: Event) => {
    event.preventDefault();
    if (isSending) return;
    const own = overlay.value;
    setSending(true);
    try {
      if (await sendFiles(personId, { files, caption: caption.trim(), asFile })) closeOnly(own);
    } finally {
      setSending(false);
    }
  };
  return (
    <Dialog title={titleOf(files.length, asFile || !canBePhotos)} onClose={closeOverlay} class="files-dialog">
      <form onSubmit={(event) => void send(event)}>
        <ul class={files.length > 1 ? 'previews is-many' : 'previews'}>
          {files.map((file, index) => (
            <li key={index}>
              {asFile || !isPicture(file) ? <FileLine file={file} /> : <Preview file={file} />}
            </li>
          ))}
        </ul>
        {chosen.length > files.length && <p class="hint">Only the first {ALBUM_MAX} go out together.</p>}
        {canBePhotos && (
          <label class="check">
            <input
              type="checkbox"
              checked={asFile}
              onChange={({ currentTarget }) => setAsFile(currentTarget.checked)}
            />
            Send as a file
          </label>
        )}
        <div class="files-last">
          <input
            class="text-field"
            aria-label="Caption"
            placeholder="Add a caption…"
            maxLength={CAPTION_LENGTH_MAX}
            autofocus
            value={caption}
            onInput={({ currentTarget }) => setCaption(currentTarget.value)}
          />
          <button type="submit" class="main-button" aria-disabled={isSending}>
            {isSending ? 'Sending…' : 'Send'}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function titleOf(count: number, asFile: boolean): string {
  const what = asFile ? 'file' : 'photo';
  return count === 1 ? `Send a ${what}` : `Send ${count} ${what}s`;
}

function FileLine({ file }: { file: File }) {
  return (
    <div class="document">
      <span class="document-sign">
        <Icon name="file" />
      </span>
      <span class="document-words">
        <span class="document-name">{file.name}</span>
        <span class="document-size">{formatBytes(file.size)}</span>
      </span>
    </div>
  );
}

/** Drawn on a canvas: the page's policy lets it show no picture that the sandbox does not serve. */
function Preview({ file }: { file: File }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [isBroken, setBroken] = useState(false);
  useEffect(() => {
    draw(file, canvas.current).catch(() => setBroken(true));
  }, [file]);
  if (isBroken) return <FileLine file={file} />;
  return <canvas ref={canvas} class="preview" role="img" aria-label={file.name} />;
}

async function draw(file: File, canvas: HTMLCanvasElement | null): Promise<void> {
  const picture = await createImageBitmap(file);
  if (!canvas) return;
  const scale = Math.min(1, PREVIEW_WIDTH_PX / picture.width);
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
}
