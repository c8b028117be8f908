export { QueueConnection } from './queue-connection.js';
export { defineQueue, type QueueContract } from './queue-contract.js';
export { QueueProcessor, WORKER_OPTIONS, type HandlerResult } from './queue-processor.js';
export { QueuesModule } from './queues.module.js';
export { Queues, QueueUnavailableError, type Wake } from './queues.js';
