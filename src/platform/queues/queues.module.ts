import { BullModule, getQueueToken } from '@nestjs/bullmq';
import { Global, Module, type DynamicModule, type Provider } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { logger } from '../logging.js';
import { QueueConnection } from './queue-connection.js';
import type { QueueContract } from './queue-contract.js';
import { Queues } from './queues.js';

const log = logger('queues');

/** Holds the connection in a module that BullModule imports: Nest then ends it after the workers. */
@Global()
@Module({ providers: [QueueConnection], exports: [QueueConnection] })
class QueueConnectionModule {}

/** Queues for the whole application; a module that owns some registers them with `forContracts`. */
@Global()
@Module({
  imports: [
    QueueConnectionModule,
    BullModule.forRootAsync({
      imports: [QueueConnectionModule],
      inject: [QueueConnection],
      useFactory: (connection: QueueConnection) => connection.start(),
    }),
  ],
  providers: [Queues],
  exports: [Queues, QueueConnectionModule],
})
export class QueuesModule {
  /** Registers the queues of one module, so that it can add to them and process them. */
  static forContracts(...contracts: Pick<QueueContract<unknown>, 'name'>[]): DynamicModule {
    const queues = BullModule.registerQueue(...contracts.map(({ name }) => ({ name })));
    return {
      module: RegisteredQueuesModule,
      imports: [queues],
      providers: contracts.map(({ name }) => listenerOf(name)),
      exports: [queues],
    };
  }
}

/** The queues of one module that owns some. */
@Module({})
class RegisteredQueuesModule {}

/**
 * Without a listener BullMQ prints an error, and with it the whole connection, past our log. On PostgreSQL a queue whose first
 * connection fails never tries again, so a process starts only with all of its queues connected; on Redis they mend themselves.
 */
function listenerOf(name: string): Provider {
  return {
    provide: `queue-listener-${name}`,
    inject: [getQueueToken(name), QueueConnection],
    useFactory: async (queue: Queue, { backend }: QueueConnection) => {
      queue.on('error', ({ message }) => log.warn({ queue: name, reason: message }, 'Queue trouble'));
      if (backend === 'postgres') await queue.waitUntilReady();
      return name;
    },
  };
}
