/**
 * A worker in a process of its own, which a test kills or freezes: `node worker-process.mjs <queue>` takes the jobs of one queue,
 * says `took <n>`, and does nothing more about them until SIGUSR2; then it says `finished <n>`, and whatever trouble its worker has.
 * It runs what `npm run build` made.
 */
import 'reflect-metadata';
import { Processor } from '@nestjs/bullmq';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { z } from 'zod';
import {
  configureLogging,
  Env,
  loadEnv,
  PlatformModule,
  QueueConnection,
  QueueProcessor,
  QueuesModule,
  WORKER_OPTIONS,
} from '../../dist/src/platform/index.js';

const [, , name] = process.argv;
const contract = { name, schema: z.object({ n: z.number() }), concurrency: () => 1 };
const told = new Promise((resolve) => process.once('SIGUSR2', resolve));
const parent = process.ppid;
// A test that was killed must not leave its workers behind.
setInterval(() => process.ppid !== parent && process.exit(), 1_000);
const say = (words) => process.stdout.write(`${words}\n`);

class HoldingProcessor extends QueueProcessor {
  contract = contract;

  async handle({ n }) {
    say(`took ${n}`);
    await told;
    say(`finished ${n}`);
  }
}
// What decorators would have written.
Processor(name, WORKER_OPTIONS)(HoldingProcessor);
Reflect.defineMetadata('design:paramtypes', [Env, QueueConnection], HoldingProcessor);

class WorkerModule {}
Module({
  imports: [PlatformModule.forRoot(loadEnv()), QueuesModule.forContracts(contract)],
  providers: [HoldingProcessor],
})(WorkerModule);

configureLogging('silent');
const app = await NestFactory.createApplicationContext(WorkerModule, { logger: false });
app.get(HoldingProcessor).worker.on('error', ({ message }) => say(`trouble: ${message}`));
