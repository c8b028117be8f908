// The application in a process that does not outlive the sandbox, even when that is killed.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
await import('../src/main.js');
process.send?.('started');
