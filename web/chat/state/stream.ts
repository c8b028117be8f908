import type { PageEvent } from '../../../sandbox/page/protocol.js';

/** What is told of the connection to the sandbox. */
export interface StreamListener {
  onEvent: (event: PageEvent) => void;
  onConnection: (isConnected: boolean) => void;
}

const RETRY_MS = 2_000;

/**
 * Listens to the sandbox on behalf of one person. It connects again by itself, and each connection begins with a `hello`
 * that holds everything, so nothing that was missed stays missing.
 *
 * @returns ends it.
 */
export function listen(personId: number | null, { onEvent, onConnection }: StreamListener): () => void {
  let source: EventSource;
  let retry: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    source = new EventSource(`api/events${personId === null ? '' : `?personId=${personId}`}`);
    source.onopen = () => onConnection(true);
    source.onmessage = ({ data }: MessageEvent<string>) => onEvent(JSON.parse(data) as PageEvent);
    source.onerror = () => {
      onConnection(false);
      // A browser tries again by itself unless it was answered with something that is no stream.
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS);
    };
  };
  open();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}
