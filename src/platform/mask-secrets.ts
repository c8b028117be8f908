const known = new Set<string>();
const SECRET_LENGTH_MIN = 8;
const MASK = '***';

const PATTERNS: readonly [RegExp, string][] = [
  // A bot token, in a URL or alone: core.telegram.org/bots/api#authorizing-your-bot
  [/\b(?:bot)?\d{5,}(?::|%3A)[A-Za-z0-9_-]{20,}/gi, MASK],
  [/(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${MASK}`],
  [/(postgres(?:ql)?|rediss?):\/\/([^:@/\s"]*):[^/\s"]+@/gi, `$1://$2:${MASK}@`],
];

/**
 * Remembers values that must never leave this process in a log line, also as JSON and as addresses write them. Short ones
 * would mask ordinary words and are ignored.
 */
export function registerSecrets(values: Iterable<string | undefined>): void {
  for (const value of values) {
    if (!value || value.length < SECRET_LENGTH_MIN) continue;
    for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])
      known.add(form);
  }
}

/** The text without registered secrets, bot tokens, authorization headers and passwords in URLs. */
export function maskSecrets(text: string): string {
  let masked = text;
  for (const secret of known) masked = masked.replaceAll(secret, MASK);
  for (const [pattern, replacement] of PATTERNS) masked = masked.replace(pattern, replacement);
  return masked;
}
