import { useRef } from 'preact/hooks';
import { overlay } from '../../state/overlays.js';
import { sendOther } from '../../state/sending.js';
import { describeKind } from '../rules/people.rules.js';
import { Icon } from '../../../ui/icon.js';
import { Menu, MenuItem } from '../ui/menu.js';

/** The paper clip: photos, files, and one of everything else that people send to bots. */
export function AttachMenu({ personId, otherKinds }: { personId: number; otherKinds: readonly string[] }) {
  const photos = useRef<HTMLInputElement>(null);
  const pictures = useRef<HTMLInputElement>(null);
  const files = useRef<HTMLInputElement>(null);
  return (
    <>
      <Menu label="Attach" icon="attach" place="above-right">
        <MenuItem onClick={() => photos.current?.click()}>
          <Icon name="image" /> Photo…
        </MenuItem>
        <MenuItem onClick={() => pictures.current?.click()}>
          <Icon name="file" /> Photo as a file…
        </MenuItem>
        <MenuItem onClick={() => files.current?.click()}>
          <Icon name="file" /> File…
        </MenuItem>
        <div class="menu-group" role="group" aria-label="Something else">
          <p class="menu-title" aria-hidden="true">
            Something else
          </p>
          {otherKinds.map((kind) => (
            <MenuItem key={kind} class="is-half" onClick={() => void sendOther(personId, kind)}>
              {describeKind(kind)}
            </MenuItem>
          ))}
        </div>
      </Menu>
      <Picker personId={personId} input={photos} label="Photo" accept="image/*" asFile={false} />
      <Picker personId={personId} input={pictures} label="Photo as a file" accept="image/*" asFile />
      <Picker personId={personId} input={files} label="File" asFile />
    </>
  );
}

interface PickerProps {
  personId: number;
  input: { current: HTMLInputElement | null };
  label: string;
  accept?: string;
  asFile: boolean;
}

/** The browser's own choice of files, which the menu opens. */
function Picker({ personId, input, label, accept, asFile }: PickerProps) {
  return (
    <input
      ref={input}
      type="file"
      aria-label={label}
      accept={accept}
      multiple
      hidden
      onChange={({ currentTarget }) => {
        const files = [...(currentTarget.files ?? [])];
        currentTarget.value = '';
        if (files.length > 0) overlay.value = { kind: 'files', personId, files, asFile };
      }}
    />
  );
}
