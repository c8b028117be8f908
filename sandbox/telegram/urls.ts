import { isIP } from 'node:net';

/**
 * The link as Telegram keeps it, or what is wrong with it (td/telegram/LinkManager.cpp, check_link): a host without a
 * dot is refused, and a text without a protocol is read as http.
 */
export function checkLink(link: string): { url: string } | { problem: string } {
  if (/^(tg|ton|tonsite):/i.test(link)) return { url: link };
  const protocol = /^([a-z][a-z0-9+.-]*):\/\//i.exec(link)?.[1]?.toLowerCase();
  if (protocol !== undefined && protocol !== 'http' && protocol !== 'https') {
    return { problem: 'Unsupported URL protocol' };
  }
  let parsed: URL;
  try {
    parsed = new URL(protocol === undefined ? `http://${link}` : link);
  } catch {
    return { problem: link.replace(/^https?:\/\//i, '') === '' ? 'URL host is empty' : 'Host is invalid' };
  }
  if (/\s/.test(link)) return { problem: 'Disallowed character in URL host' };
  const isIpv6 = parsed.hostname.startsWith('[');
  if (!parsed.hostname.includes('.') && !isIpv6) return { problem: 'Wrong HTTP URL' };
  return { url: parsed.href };
}

/** True for addresses of this machine: the only ones that the fake fetches from or posts to without TLS. */
export function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname === '[::1]') return true;
  return isIP(hostname) === 4 && hostname.startsWith('127.');
}
