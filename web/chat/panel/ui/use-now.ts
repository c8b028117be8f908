import { useEffect, useState } from 'preact/hooks';

const TICK_MS = 1_000;

/** The time in ms, again every second while something goes on and the page is looked at. */
export function useNow(isTicking: boolean): number {
  const [nowMs, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isTicking) return;
    const tick = () => {
      if (!document.hidden) setNow(Date.now());
    };
    tick();
    const timer = setInterval(tick, TICK_MS);
    return () => clearInterval(timer);
  }, [isTicking]);
  return nowMs;
}
