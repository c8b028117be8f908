import { useRef, useState } from 'preact/hooks';
import type { ChatMedia } from '../../../../sandbox/page/protocol.js';
import { fileUrl } from '../../state/api.js';
import { overlay } from '../../state/overlays.js';
import { fitMedia, formatBytes, formatDuration } from '../rules/media.rules.js';
import { Icon } from '../../../ui/icon.js';

/** A photo that opens large. In an album it fills its place. */
export function Photo({ media, isInAlbum = false }: { media: ChatMedia; isInAlbum?: boolean }) {
  const { widthPx, heightPx } = fitMedia(media);
  return (
    <button
      type="button"
      class={isInAlbum ? 'photo is-in-album' : 'photo'}
      aria-label="Open the photo"
      onClick={() => (overlay.value = { kind: 'picture', media })}
    >
      <img src={fileUrl(media.fileUniqueId)} width={widthPx} height={heightPx} alt="" />
    </button>
  );
}

/** A video that plays in its place, which it keeps from the beginning. */
export function Video({ media }: { media: ChatMedia }) {
  const { widthPx, heightPx } = fitMedia(media);
  const ref = useRef<HTMLVideoElement>(null);
  const [wasPlayed, setPlayed] = useState(false);
  const duration = media.durationS ? formatDuration(media.durationS) : '';
  return (
    <div class="video">
      <video
        ref={ref}
        src={fileUrl(media.fileUniqueId)}
        width={widthPx}
        height={heightPx}
        // All of it: what a browser is told to fetch in part, it breaks off, which looks like a failure in its log.
        preload="auto"
        playsInline
        controls={wasPlayed}
        tabIndex={wasPlayed ? 0 : -1}
        aria-label={`Video ${duration}`.trim()}
        onPlay={() => setPlayed(true)}
      />
      {!wasPlayed && (
        <button
          type="button"
          class="video-play"
          aria-label={`Play the video ${duration}`.trim()}
          onClick={() => {
            void ref.current?.play();
            // This button goes as soon as it plays.
            ref.current?.focus();
          }}
        >
          <span class="video-sign">
            <Icon name="play" />
          </span>
          {duration && <span class="video-duration">{duration}</span>}
        </button>
      )}
    </div>
  );
}

/** A file with what is known of it, to be taken away. */
export function Document({ media }: { media: ChatMedia }) {
  const name = media.fileName ?? 'file';
  const url = fileUrl(media.fileUniqueId);
  return (
    <div class="document">
      {media.mimeType.startsWith('image/') ? (
        <img class="document-picture" src={url} width={56} height={56} alt="" />
      ) : (
        <span class="document-sign">
          <Icon name="file" />
        </span>
      )}
      <span class="document-words">
        <a class="document-name" href={url} download={name}>
          {name}
        </a>
        <span class="document-size">
          {formatBytes(media.bytes)} · {media.mimeType}
        </span>
      </span>
    </div>
  );
}
