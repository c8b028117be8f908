import { useRef } from 'preact/hooks';

/** Tells which keys came after the first look, so that new rows can be pointed at. */
export function useNewcomers(keys: readonly string[]): (key: string) => boolean {
  const seen = useRef<ReadonlySet<string>>(null);
  seen.current ??= new Set(keys);
  const first = seen.current;
  return (key) => !first.has(key);
}
