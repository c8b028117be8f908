// The application in a process that does not outlive the sandbox. Its database and its log end with the sandbox, so that a stop in
// good order could only hang; the sandbox itself stops it in good order before it disconnects.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
await import('../src/main.js');
process.send?.('started');
