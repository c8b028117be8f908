// The application in a process that does not outlive the sandbox, even when that is killed. Its database and its providers are
// gone then, so a stop in good order has nothing to hand over, and the next start wants its port.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
await import('../src/main.js');
process.send?.('started');
