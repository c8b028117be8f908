import { BullModule } from '@nestjs/bullmq';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { QueueConnection } from './queue-connection.js';
import type { QueueContract } from './queue-contract.js';
import { Queues } from './queues.js';

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
      useFactory: (connection: QueueConnection) => connection.options(),
    }),
  ],
  providers: [Queues],
  exports: [Queues, QueueConnectionModule],
})
export class QueuesModule {
  /** Registers the queues of one module, so that it can add to them and process them. */
  static forContracts(...contracts: Pick<QueueContract<unknown>, 'name'>[]): DynamicModule {
    return BullModule.registerQueue(...contracts.map(({ name }) => ({ name })));
  }
}
