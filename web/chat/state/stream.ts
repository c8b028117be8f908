import type { PageEvent } from '../../../sandbox/page/protocol.js';

/** What is told of the connection to the sandbox. */
export interface StreamListener {
  onEvent: (event: PageEvent) => void;
  onConnection: (isConnected: boolean) => void;
}

/**
 * Listens to the sandbox on behalf of one person. The browser connects again by itself, and each connection begins with a `hello`
 * that holds everything, so nothing that was missed stays missing.
 *
 * @returns ends it.
 */
export function listen(personId: number | null, { onEvent, onConnection }: StreamListener): () => void {
  const source = new EventSource(`api/events${personId === null ? '' : `?personId=${personId}`}`);
  source.onopen = () => onConnection(true);
  source.onerror = () => onConnection(false);
  source.onmessage = ({ data }: MessageEvent<string>) => onEvent(JSON.parse(data) as PageEvent);
  return () => source.close();
}
