/**
 * The image's health check: exit 0 when this container's process is ready, whatever its roles, else 1 with what is missing. Docker shows the
 * last line that it printed.
 */
const TIMEOUT_MS = 4_000;

const { HOST, PORT } = process.env;
const host = !HOST || HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST;
const url = `http://${host.includes(':') ? `[${host}]` : host}:${PORT || 3000}/health/ready`;

try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  console.log(await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.log(`${url}: ${error.cause?.message || error.message}`);
  process.exitCode = 1;
}
