import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatMessage } from '../../../../sandbox/page/protocol.js';

/** Nearer than that to the end counts as at the end. */
const NEAR_PX = 80;

/** The list that scrolls, and how far its reader is behind. */
export interface EndOfList {
  ref: { current: HTMLDivElement | null };
  isAway: boolean;
  /** Messages of the bot that came since the reader went away from the end. */
  missed: number;
  goToEnd: () => void;
}

/**
 * Keeps a list at its end when something is added, unless its reader has scrolled away; what the person sends, and another
 * person's chat, always lead to the end.
 */
export function useEndOfList(messages: readonly ChatMessage[], personId: number | null): EndOfList {
  const ref = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const seenId = useRef(0);
  const [isAway, setAway] = useState(false);
  const [missed, setMissed] = useState(0);
  const goToEnd = () => {
    const list = ref.current;
    if (list) list.scrollTop = list.scrollHeight;
    isAtEnd.current = true;
    setAway(false);
    setMissed(0);
  };
  useLayoutEffect(goToEnd, [personId]);
  useLayoutEffect(() => {
    const fresh = messages.filter(({ messageId }) => messageId > seenId.current);
    seenId.current = messages.at(-1)?.messageId ?? 0;
    if (isAtEnd.current || fresh.some(({ from }) => from === 'person')) goToEnd();
    else setMissed((count) => count + fresh.length);
  }, [messages]);
  useEffect(
    () =>
      watchList(ref.current, isAtEnd, (is) => {
        setAway(!is);
        if (is) setMissed(0);
      }),
    [],
  );
  return { ref, isAway, missed, goToEnd };
}

/** Follows the reader's scrolling, and stays at the end when the list or what is in it changes its size. */
function watchList(
  list: HTMLElement | null,
  isAtEnd: { current: boolean },
  onChange: (isAtEnd: boolean) => void,
): (() => void) | undefined {
  if (!list) return undefined;
  let lastTop = list.scrollTop;
  const onScroll = () => {
    const isNear = list.scrollHeight - list.scrollTop - list.clientHeight < NEAR_PX;
    // Only who scrolls up leaves the end: that it moves away, because something grew, is no reason.
    const is = isNear || (isAtEnd.current && list.scrollTop >= lastTop);
    lastTop = list.scrollTop;
    if (is === isAtEnd.current) return;
    isAtEnd.current = is;
    onChange(is);
  };
  const sizes = new ResizeObserver(() => {
    if (isAtEnd.current) list.scrollTop = list.scrollHeight;
  });
  sizes.observe(list);
  for (const child of list.children) sizes.observe(child);
  list.addEventListener('scroll', onScroll, { passive: true });
  return () => {
    sizes.disconnect();
    list.removeEventListener('scroll', onScroll);
  };
}
