/** Names of values that open something. */
const SECRET_NAME = /(^|[_-])(key|secret|token|password|authorization|hmac|cookie)s?$|callback/i;
/** The id of our own row in an address: who knows it may report about the task. */
const CALLBACK_PATH = /(\/webhooks\/kie\/)[0-9a-f-]{36}/gi;
const HIDDEN = '…';
const DEPTH_MAX = 12;

/** A provider's answer, or details of ours, without anything that would open something. Links to results stay. */
export function maskDetails(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return value.replace(CALLBACK_PATH, `$1${HIDDEN}`);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return HIDDEN;
  if (Array.isArray(value)) return value.map((one) => maskDetails(one, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [
      name,
      isSecretName(name) ? HIDDEN : maskDetails(one, depth + 1),
    ]),
  );
}

/** `apiKey`, `api_key` and `callBackUrl` alike. A key's fingerprint only names it. */
function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.replace(/([a-z])([A-Z])/g, '$1_$2'));
}
