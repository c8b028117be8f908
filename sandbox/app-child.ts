// The application in a process that does not outlive the sandbox, even when that is killed. Its database and its providers are
// gone then, so a stop in good order has nothing to hand over, and the next start wants its port.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
// As it is deployed: what `npm run build` has bundled.
await import(new URL('../app/main.js', import.meta.url).href);
process.send?.('started');
