import { setTimeout as pause } from 'node:timers/promises';
import { buttonOf, type DemoPerson } from '../../sandbox/demo/person.js';
import { SandboxError } from '../../sandbox/errors.js';
import type { ChatMessage, FakeTelegram } from '../../sandbox/telegram/index.js';
import { until } from '../../sandbox/until.js';
import type { BenchContext } from '../measurement.js';
import { isPoll, WAIT, type RecoverySystem } from './system.js';

/** People whom the bot knows and who write in turn after the kill, and those whose updates are in hand when it comes. */
const PEOPLE = 24;
const IN_HAND = 8;
/** Their updates have come to the bot then, and are not over. */
const IN_HAND_AFTER_MS = 15;
const WRITE_EVERY_MS = 300;

/** What a kill of PostgreSQL came to, a value for each round, all from the kill on. */
export interface PostgresKilled {
  /** Until it takes connections again. */
  connectionsS: number[];
  /** Until the bot has sent its menu to somebody who wrote after the kill. */
  botS: number[];
  /** Until the worker has begun a step after that database was back. */
  workerS: number[];
  /** Until both were so. */
  servingS: number[];
  /** Until every update that had come meanwhile was taken: Telegram repeats them after pauses of its own. */
  updatesTakenS: number[];
}

/** PostgreSQL dies and is started again at once, again and again, while people write and videos are at work. */
export async function killPostgres(
  system: RecoverySystem,
  { rounds, tell }: Pick<BenchContext, 'rounds' | 'tell'>,
): Promise<PostgresKilled> {
  const people = await system.addPeople(PEOPLE + IN_HAND);
  const measured: PostgresKilled = {
    connectionsS: [],
    botS: [],
    workerS: [],
    servingS: [],
    updatesTakenS: [],
  };
  for (let round = 1; round <= rounds; round++) {
    const { connectionsS, botS, workerS, updatesTakenS } = await killOnce(system, people);
    measured.connectionsS.push(connectionsS);
    measured.botS.push(botS);
    measured.workerS.push(workerS);
    measured.servingS.push(Math.max(botS, workerS));
    measured.updatesTakenS.push(updatesTakenS);
    tell(
      `${system.backend}, round ${round}: PostgreSQL killed, back in ${connectionsS.toFixed(2)} s, bot in ${botS.toFixed(1)} s, worker in ${workerS.toFixed(1)} s, all updates taken in ${updatesTakenS.toFixed(1)} s`,
    );
    await system.ready();
  }
  return measured;
}

async function killOnce({ postgres, door, world }: RecoverySystem, people: readonly DemoPerson[]) {
  for (const { id } of people.slice(PEOPLE)) world.telegram.sendText(id, '/menu');
  await pause(IN_HAND_AFTER_MS);
  const killedAtMs = performance.now();
  await postgres.kill();
  const back = postgres.startAgain().then(() => performance.now());
  const answered = writeUntilAnswered(world.telegram, people.slice(0, PEOPLE));
  const [backAtMs, answeredAtMs, takenAtMs, begunAtMs] = await Promise.all([
    back,
    answered,
    answered.then(() => untilTaken(world.telegram)),
    back.then(() => door.next('A step', isPoll, WAIT.timeoutMs)),
  ]);
  const secondsUntil = (atMs: number) => (atMs - killedAtMs) / 1_000;
  return {
    connectionsS: secondsUntil(backAtMs),
    botS: secondsUntil(answeredAtMs),
    workerS: secondsUntil(begunAtMs),
    updatesTakenS: secondsUntil(takenAtMs),
  };
}

/** Somebody else writes every few hundred milliseconds. Returns when the first of them saw the menu. @throws SandboxError */
async function writeUntilAnswered(telegram: FakeTelegram, people: readonly DemoPerson[]): Promise<number> {
  const deadline = performance.now() + WAIT.timeoutMs;
  let answeredAtMs: number | null = null;
  const note = (atMs: number) => void (answeredAtMs ??= atMs);
  for (let index = 0; answeredAtMs === null; index++) {
    if (performance.now() > deadline)
      throw new SandboxError(`The bot answered nobody in ${WAIT.timeoutMs / 1_000} s.`);
    const person = people[index % people.length];
    if (person) writeOnce(telegram, person).then(note, () => undefined);
    await pause(WRITE_EVERY_MS);
  }
  return answeredAtMs;
}

/** Returns when no update waits any more. */
async function untilTaken(telegram: FakeTelegram): Promise<number> {
  await until('The end of all updates', () => telegram.pendingUpdates() === 0, WAIT);
  return performance.now();
}

/** When the person saw the menu that they asked for, on `performance.now()`'s clock. */
async function writeOnce(telegram: FakeTelegram, { id }: DemoPerson): Promise<number> {
  const { messageId: afterMessageId } = telegram.sendText(id, '/menu');
  const isMenu = (message: ChatMessage) => buttonOf(message, '1:create') !== undefined;
  await telegram.waitForMessage(id, isMenu, WAIT.timeoutMs, { afterMessageId });
  return performance.now();
}
