import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get } from '../state/api.js';
import { changes } from '../state/changes.js';
import { isSessionOver } from '../state/who.js';

/** Something that is read from the console's API. */
export interface Reading<T> {
  /** Null until it came; what came stays while it is read again. */
  data: T | null;
  problem: string | null;
  isBusy: boolean;
}

/**
 * Reads a path, again when it changes, after every action, and every `everyMs` while the page is looked at, unless the reading before still
 * goes on. A reading that is no longer wanted is broken off.
 */
export function useRead<T>(path: string, everyMs?: number): Reading<T> {
  const [state, setState] = useState<Reading<T>>({ data: null, problem: null, isBusy: true });
  const going = useRef<AbortController | null>(null);
  const read = useCallback(() => {
    going.current?.abort();
    const mine = new AbortController();
    going.current = mine;
    setState((before) => ({ ...before, isBusy: true }));
    const end = (change: (data: T | null) => Omit<Reading<T>, 'isBusy'>) => {
      if (going.current !== mine) return;
      going.current = null;
      setState(({ data }) => ({ ...change(data), isBusy: false }));
    };
    get<T>(path, mine.signal).then(
      (data) => end(() => ({ data, problem: null })),
      (error: Error) => end((data) => ({ data, problem: error.message })),
    );
  }, [path]);
  useEffect(() => {
    setState({ data: null, problem: null, isBusy: true });
    return () => {
      going.current?.abort();
      going.current = null;
    };
  }, [path]);
  useEffect(read, [read, changes.value]);
  useEffect(() => {
    if (!everyMs) return undefined;
    const timer = setInterval(() => {
      if (!document.hidden && !going.current && !isSessionOver.peek()) read();
    }, everyMs);
    return () => clearInterval(timer);
  }, [read, everyMs]);
  return state;
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
