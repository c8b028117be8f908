import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get } from '../state/api.js';

/** Something that is read from the console's API. */
export interface Reading<T> {
  /** Null until it came; what came stays while it is read again. */
  data: T | null;
  problem: string | null;
  isBusy: boolean;
  again: () => void;
}

/**
 * Reads a path, again when it changes, and every `everyMs` while the page is looked at. The answer to a path that is no longer
 * wanted is thrown away.
 */
export function useRead<T>(path: string, everyMs?: number): Reading<T> {
  const [state, setState] = useState<Omit<Reading<T>, 'again'>>({ data: null, problem: null, isBusy: true });
  const wanted = useRef(0);
  const read = useCallback(
    (isAnother: boolean) => {
      const mine = ++wanted.current;
      setState((before) => ({ data: isAnother ? null : before.data, problem: null, isBusy: true }));
      get<T>(path).then(
        (data) => mine === wanted.current && setState({ data, problem: null, isBusy: false }),
        (error: Error) =>
          mine === wanted.current &&
          setState((before) => ({ data: before.data, problem: error.message, isBusy: false })),
      );
    },
    [path],
  );
  useEffect(() => {
    read(true);
    return () => void wanted.current++;
  }, [read]);
  useEffect(() => {
    if (!everyMs) return undefined;
    const timer = setInterval(() => document.hidden || read(false), everyMs);
    return () => clearInterval(timer);
  }, [read, everyMs]);
  return { ...state, again: () => read(false) };
}

/** A list of which a page is read at a time. */
export interface ListReading<Row> {
  rows: Row[];
  problem: string | null;
  isBusy: boolean;
  /** Reads the next page; null at the end. */
  more: (() => void) | null;
}

/** Reads the first page of a list, and more when asked. `query` is the path's own, without a cursor. */
export function useList<Row>(path: string, query: Readonly<Record<string, string>> = {}): ListReading<Row> {
  const search = new URLSearchParams(query).toString();
  const first = useRead<{ rows: Row[]; next: string | null }>(search ? `${path}?${search}` : path);
  const [rest, setRest] = useState<{ of: unknown; rows: Row[]; next: string | null } | null>(null);
  const [isMoreBusy, setMoreBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const mine = rest?.of === first.data ? rest : null;
  const next = mine ? mine.next : (first.data?.next ?? null);
  const more = async () => {
    setMoreBusy(true);
    setProblem(null);
    try {
      const after = new URLSearchParams({ ...query, after: next ?? '' }).toString();
      const page = await get<{ rows: Row[]; next: string | null }>(`${path}?${after}`);
      setRest({ of: first.data, rows: [...(mine?.rows ?? []), ...page.rows], next: page.next });
    } catch (error) {
      setProblem((error as Error).message);
    } finally {
      setMoreBusy(false);
    }
  };
  return {
    rows: [...(first.data?.rows ?? []), ...(mine?.rows ?? [])],
    problem: first.problem ?? problem,
    isBusy: first.isBusy || isMoreBusy,
    more: next === null ? null : () => void more(),
  };
}
