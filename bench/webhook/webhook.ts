import { SandboxError } from '../../sandbox/errors.js';
import { medianOf, type Bench, type BenchContext, type Figure, type Measurement } from '../measurement.js';
import { processorMs } from '../processor-time.js';
import { beside, Child } from '../programs.js';
import type { Load, LoadOutcome } from './load.js';
import { startBaseline, startWholeBot, type Side } from './sides.js';
import { brokenIn } from './verdict.js';

/** Enough that nobody writes faster than the bot lets a person, or more often than an update is remembered. */
const PEOPLE = 5_000;
const CONNECTIONS = 32;
/** Until V8 has compiled what is hot: the whole bot is still twice as slow after a thousand. */
const WARM_UP = { connections: CONNECTIONS, forMs: 3_000, updatesMin: 6_000 };
const ROUND = { connections: CONNECTIONS, forMs: 5_000, updatesMin: 0 };
const RATE = { perS: 200, updates: 2_000 };
const LOAD_TIMEOUT_MS = 120_000;
const API_TIMEOUT_MS = 5_000;
const RATIO_MIN = 0.5;
const ACK_P99_MS = 50;
const MS_PER_S = 1_000;

/** Updates answered by the whole bot, and by webhooks that only reply. */
export const webhook: Bench = {
  name: 'webhook',
  what: `\`/start\` of ${PEOPLE.toLocaleString('en')} known people through the whole bot, against webhooks of bare Telegraf and bare grammY that only reply`,
  run,
};

/** One value of each round. */
interface Values {
  perS: number[];
  /** Processor time of an update, by process. */
  processorMs: Map<string, number[]>;
  p50Ms: number[];
  p99Ms: number[];
}

async function run({ rounds, tell, ending }: BenchContext): Promise<Measurement> {
  const api = await Child.start(beside(import.meta.url, 'bot-api.js'));
  ending(() => api.stop());
  const client = await Child.start(beside(import.meta.url, 'load.js'));
  ending(() => client.stop());
  const sides = [
    await startWholeBot(api, PEOPLE, ending),
    await startBaseline('bare Telegraf', api, { program: 'telegraf-webhook', ending }),
    await startBaseline('bare grammY', api, { program: 'grammy-webhook', ending }),
  ];
  const outside = new Outside(client, api);
  for (const side of sides) await outside.post(side, WARM_UP);
  const values = sides.map((): Values => ({ perS: [], processorMs: new Map(), p50Ms: [], p99Ms: [] }));
  for (let round = 1; round <= rounds; round++) {
    for (const [index, side] of sides.entries()) {
      const before = await readProcessors(side);
      const { answered, tookMs } = await outside.post(side, ROUND);
      const perS = (answered * MS_PER_S) / tookMs;
      values[index]?.perS.push(perS);
      for (const [name, usedMs] of await readProcessors(side)) {
        const updateMs = (usedMs - (before.get(name) ?? NaN)) / answered;
        const known = values[index]?.processorMs.get(name) ?? [];
        values[index]?.processorMs.set(name, [...known, updateMs]);
      }
      const ack = await outside.post(side, RATE);
      values[index]?.p50Ms.push(ack.p50Ms);
      values[index]?.p99Ms.push(ack.p99Ms);
      tell(
        `round ${round}: ${side.name} ${Math.round(perS)} updates/s, at ${RATE.perS}/s p99 ${ack.p99Ms.toFixed(1)} ms`,
      );
    }
  }
  return measurementOf(sides, values, outside.updates);
}

/** How long each process of a side has had a processor until now; none where nobody here can tell. */
async function readProcessors({ processes }: Side): Promise<Map<string, number>> {
  const used = new Map<string, number>();
  for (const { name, pid } of processes) {
    const usedMs = await processorMs(pid);
    if (usedMs !== null) used.set(name, usedMs);
  }
  return used;
}

/** Telegram as the bot sees it: it posts updates, and takes messages. */
class Outside {
  /** Posted until now. */
  updates = 0;

  constructor(
    private readonly client: Child,
    private readonly api: Child,
  ) {}

  /** @throws SandboxError when an update was not answered 200, had another number of replies than one, or was not remembered as done. */
  async post({ name, url, secret, database }: Side, pace: Load['pace']): Promise<LoadOutcome> {
    const firstUpdateId = 1 + this.updates;
    const load: Load = { url, secret, firstUpdateId, people: PEOPLE, pace };
    const before = await this.countMessages();
    const outcome = await this.client.ask<LoadOutcome>(load, LOAD_TIMEOUT_MS);
    const messages = (await this.countMessages()) - before;
    this.updates += outcome.posted;
    const done = await database?.countDone(firstUpdateId, outcome.posted);
    const broken = brokenIn(outcome, { messages, done: done ?? outcome.posted });
    if (broken.length > 0) throw new SandboxError(`${name}: ${broken.join(' ')}`);
    return outcome;
  }

  private async countMessages(): Promise<number> {
    return (await this.api.ask<{ messages: number }>({}, API_TIMEOUT_MS)).messages;
  }
}

function measurementOf(sides: readonly Side[], values: readonly Values[], updates: number): Measurement {
  const [whole, telegraf] = values;
  if (!whole || !telegraf) throw new RangeError('There is nothing to compare');
  const ratio = whole.perS.map((perS, round) => perS / (telegraf.perS[round] ?? NaN));
  const each = (what: string, unit: string, pick: (of: Values) => number[]): Figure[] =>
    sides.map(({ name }, index) => ({
      name: `${name}, ${what}`,
      unit,
      values: pick(values[index] ?? { perS: [], processorMs: new Map(), p50Ms: [], p99Ms: [] }),
    }));
  const [wholeP99, ...otherP99] = each(`answered at ${RATE.perS}/s, p99`, 'ms', ({ p99Ms }) => p99Ms);
  const bars = (pick: (of: Values) => number[]) =>
    sides.map(({ name }, index) => ({
      label: name,
      value: medianOf(values[index] ? pick(values[index]) : []),
    }));
  return {
    figures: [
      { name: 'whole bot to bare Telegraf', unit: '×', values: ratio, aim: { atLeast: RATIO_MIN } },
      ...each(`${CONNECTIONS} connections`, 'updates/s', ({ perS }) => perS),
      ...(wholeP99 ? [{ ...wholeP99, aim: { below: ACK_P99_MS } }] : []),
      ...otherP99,
      ...each(`answered at ${RATE.perS}/s, p50`, 'ms', ({ p50Ms }) => p50Ms),
      ...values.flatMap(({ processorMs: used }) =>
        [...used].map(([name, ms]) => ({
          name: `${name}, processor time of an update`,
          unit: 'ms',
          values: ms,
        })),
      ),
    ],
    plots: [
      {
        kind: 'bars',
        name: 'bench-webhook',
        title: `/start answered, ${CONNECTIONS} connections`,
        unit: 'updates/s',
        bars: bars(({ perS }) => perS),
        aim: { label: 'half of bare Telegraf', value: medianOf(telegraf.perS) * RATIO_MIN },
      },
    ],
    notes: [
      `All ${updates.toLocaleString('en')} updates were answered 200 and with one message each, and the bot has all of its own in \`done\`.`,
      'Client, API, PostgreSQL and the measured process share the cores of this machine.',
    ],
  };
}
