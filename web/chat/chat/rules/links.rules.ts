const TELEGRAM_HOSTS: ReadonlySet<string> = new Set(['t.me', 'telegram.me', 'telegram.dog']);
/** What Telegram lets a deep link carry (https://core.telegram.org/bots/features#deep-linking). */
const PAYLOAD = /^[\w-]{1,512}$/;

/** Where an address leads: into this very chat, into Telegram elsewhere, or out into the world. */
export type LinkTarget =
  { kind: 'this_chat'; payload: string | null } | { kind: 'telegram' } | { kind: 'elsewhere' };

/** Reads an address that somebody clicked in the chat with that bot. */
export function readLink(href: string, botUsername: string): LinkTarget {
  const url = URL.canParse(href) ? new URL(href) : null;
  if (!url) return { kind: 'elsewhere' };
  const username = telegramUsername(url);
  if (username !== null) {
    if (username.toLowerCase() !== botUsername.toLowerCase()) {
      return url.protocol === 'tg:' ? { kind: 'telegram' } : { kind: 'elsewhere' };
    }
    const payload = url.searchParams.get('start') ?? '';
    return { kind: 'this_chat', payload: PAYLOAD.test(payload) ? payload : null };
  }
  return { kind: url.protocol === 'tg:' ? 'telegram' : 'elsewhere' };
}

/** Who is meant by `https://t.me/name` or `tg://resolve?domain=name`; null for any other address. */
function telegramUsername(url: URL): string | null {
  if (url.protocol === 'tg:') {
    // What stands after the slashes is a host for some browsers and a path for others.
    return /^tg:(?:\/\/)?resolve\b/i.test(url.href) ? url.searchParams.get('domain') : null;
  }
  if (!/^https?:$/.test(url.protocol) || !TELEGRAM_HOSTS.has(url.hostname.replace(/^www\./, ''))) return null;
  return /^\/(\w+)\/?$/.exec(url.pathname)?.[1] ?? null;
}

/** The payload of a deep link to the page itself: `?start=…` or `#start=…`; null when there is none. */
export function readDeepLink({ search, hash }: { search: string; hash: string }): string | null {
  for (const text of [search, hash]) {
    const payload = new URLSearchParams(text.replace(/^[?#]/, '')).get('start') ?? '';
    if (PAYLOAD.test(payload)) return payload;
  }
  return null;
}
