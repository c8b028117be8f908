/** Wrong passwords of one address within the window, before it has to wait. */
export const FAILURES_OF_ADDRESS_MAX = 5;
/** Of everybody together: guesses may come from many addresses. */
export const FAILURES_MAX = 30;
/** For how long a wrong password counts. */
export const FAILURE_WINDOW_MS = 15 * 60_000;

/** Wrong passwords that still count. Ages in milliseconds. */
export interface LoginFailures {
  ofAddress: number;
  ofAddressOldestMs: number;
  inAll: number;
  inAllOldestMs: number;
}

/** After how many seconds the next password may be tried; 0: now. */
export function decideLoginWait(failures: LoginFailures): number {
  const waits = [
    failures.ofAddress >= FAILURES_OF_ADDRESS_MAX ? FAILURE_WINDOW_MS - failures.ofAddressOldestMs : 0,
    failures.inAll >= FAILURES_MAX ? FAILURE_WINDOW_MS - failures.inAllOldestMs : 0,
  ];
  return Math.max(...waits.map((ms) => Math.ceil(ms / 1_000)), 0);
}

/** What a POST says about where it comes from; header values as they came. */
export interface PostOrigin {
  origin: string | undefined;
  fetchSite: string | undefined;
  contentType: string | undefined;
  /** Only a page of ours can set it: another origin's would have to ask first, and is not answered. */
  ownHeader: string | undefined;
  host: string | undefined;
}

/**
 * Why a POST is not from our page; null when it is.
 *
 * @param ownUrl `CONSOLE_BASE_URL`; without it the origin has to be that of the `Host` header.
 */
export function findForeignPost(post: PostOrigin, ownUrl: string | undefined): string | null {
  if (post.ownHeader !== '1') return 'the header X-Neurocards-Console is missing';
  if (!/^application\/json(;|$)/i.test(post.contentType ?? '')) return 'it is not JSON';
  if (post.fetchSite !== undefined && post.fetchSite !== 'same-origin') return 'it comes from another site';
  if (post.origin === undefined) return 'it does not say where it comes from';
  if (!isOwnOrigin(post.origin, post.host, ownUrl)) return 'it comes from another page';
  return null;
}

function isOwnOrigin(origin: string, host: string | undefined, ownUrl: string | undefined): boolean {
  if (ownUrl !== undefined) return origin === new URL(ownUrl).origin;
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}
