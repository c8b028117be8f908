import { useState } from 'preact/hooks';
import type { ChatMedia, ChatMessage } from '../../../../sandbox/page/protocol.js';
import { fileUrl } from '../../state/api.js';
import { addPerson, payInvoice } from '../../state/deeds.js';
import { alertText, closeOnly, closeOverlay, overlay } from '../../state/overlays.js';
import { Dialog } from '../../../ui/dialog.js';
import { Icon } from '../../../ui/icon.js';

/** What the bot insists on being read. */
export function AlertDialog({ botName }: { botName: string }) {
  const close = () => (alertText.value = null);
  if (alertText.value === null) return null;
  return (
    <Dialog title={botName} onClose={close} class="alert-dialog" isBare>
      <h2>{botName}</h2>
      <p class="alert-text">{alertText.value}</p>
      <div class="dialog-buttons">
        <button type="button" class="main-button" onClick={close}>
          OK
        </button>
      </div>
    </Dialog>
  );
}

/** Asks before Stars are spent, as Telegram does. */
export function PayDialog({ message, personId }: { message: ChatMessage; personId: number }) {
  const { invoice } = message;
  if (!invoice) return null;
  const pay = () => {
    closeOverlay();
    void payInvoice(personId, message.messageId);
  };
  return (
    <Dialog title="Confirm your purchase" onClose={closeOverlay} class="pay-dialog">
      <p class="pay-star" aria-hidden="true">
        ⭐
      </p>
      <p class="pay-title">{invoice.title}</p>
      <p>{invoice.description}</p>
      <p class="hint">The sandbox gives everybody as many Stars as they want.</p>
      <div class="dialog-buttons">
        <button type="button" class="plain-button" onClick={closeOverlay}>
          Cancel
        </button>
        <button type="button" class="main-button" autofocus onClick={pay}>
          Pay ⭐ {invoice.amountStars}
        </button>
      </div>
    </Dialog>
  );
}

/** A photo as large as the window allows. */
export function PictureDialog({ media }: { media: ChatMedia }) {
  const { widthPx, heightPx, fileUniqueId } = media;
  return (
    <Dialog title="Photo" onClose={closeOverlay} class="picture-dialog" isBare>
      <button type="button" class="icon-button" aria-label="Close" onClick={closeOverlay}>
        <Icon name="close" />
      </button>
      <img src={fileUrl(fileUniqueId)} width={widthPx} height={heightPx} alt="The photo" />
    </Dialog>
  );
}

/** Somebody new comes to the bot. */
export function AddPersonDialog() {
  const [firstName, setFirstName] = useState('');
  const [languageCode, setLanguageCode] = useState(navigator.language.startsWith('ru') ? 'ru' : 'en');
  const [payload, setPayload] = useState('');
  const add = async (event: Event) => {
    event.preventDefault();
    const own = overlay.value;
    if (await addPerson({ firstName: firstName.trim(), languageCode, payload: payload.trim() }))
      closeOnly(own);
  };
  return (
    <Dialog title="Add a person" onClose={closeOverlay} class="add-dialog">
      <form onSubmit={(event) => void add(event)}>
        <label class="field">
          First name
          <input
            class="text-field"
            required
            maxLength={64}
            pattern=".*\S.*"
            autofocus
            value={firstName}
            onInput={({ currentTarget }) => setFirstName(currentTarget.value)}
          />
        </label>
        <label class="field">
          Language of their app
          <select
            class="text-field"
            value={languageCode}
            onChange={({ currentTarget }) => setLanguageCode(currentTarget.value)}
          >
            <option value="ru">Russian</option>
            <option value="en">English</option>
          </select>
        </label>
        <label class="field">
          Comes by a link with this /start payload (may be empty)
          <input
            class="text-field"
            maxLength={64}
            pattern="[A-Za-z0-9_\-]*"
            title="Letters, digits, _ and -"
            value={payload}
            onInput={({ currentTarget }) => setPayload(currentTarget.value)}
          />
        </label>
        <div class="dialog-buttons">
          <button type="button" class="plain-button" onClick={closeOverlay}>
            Cancel
          </button>
          <button type="submit" class="main-button">
            Add
          </button>
        </div>
      </form>
    </Dialog>
  );
}
