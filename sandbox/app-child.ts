/** With the sandbox its database is gone too: a stop in good order may wait for it in vain. */
const STOP_WITHOUT_SANDBOX_MS = 3_000;

// The application in a process that does not outlive the sandbox, even when that is killed.
process.on('disconnect', () => {
  setTimeout(() => process.exit(1), STOP_WITHOUT_SANDBOX_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
await import('../src/main.js');
process.send?.('started');
