import { migrateDatabase } from '../src/platform/index.js';
import { execute, startDurablePostgres } from './durable-postgres.js';
import { medianOf, type Bench, type BenchContext, type Figure, type Measurement } from './measurement.js';
import { baseline, beside, runProgramForJson } from './programs.js';
import type { Plot } from './report/plot.js';

const CLIENTS = [1, 16];
const AIM = { atLeast: 0.7 };
/** How long each side charges in each round; it refunds for as long as that takes. */
const CHARGING_MS = 2_000;
const CLIENT_MS_MAX = 120_000;

/** Why the functions take what they take. */
const NOTES = [
  'A pair of ours writes six rows (job, event, balance, history; balance, history) with 19 entries of indexes, checks 6 foreign keys and 50 conditions, and locks the balance before it reads; the bare write writes four rows with 2 entries and checks nothing.',
];

/** Charge and refund through the SQL functions against the least that could be written instead. */
export const ledger: Bench = {
  name: 'ledger',
  what: 'a charge and its refund, each one call and one durable commit, against a balance and its history barely written',
  run,
};

/** A program and the database that it writes. */
interface Side {
  name: string;
  program: string;
  args: readonly number[];
  url: string;
}

async function run({ rounds, tell, ending }: BenchContext): Promise<Measurement> {
  const postgres = await startDurablePostgres();
  ending(() => postgres.stop());
  const [ours, two, six] = [
    await postgres.createDatabase('ours'),
    await postgres.createDatabase('two_rows'),
    await postgres.createDatabase('six_rows'),
  ];
  await migrateDatabase(ours);
  const sides = {
    ours: {
      name: 'SQL functions',
      program: beside(import.meta.url, 'ledger-client.js'),
      args: [],
      url: ours,
    },
    two: { name: 'bare two-row write', program: baseline('two-row-write'), args: [2], url: two },
    six: { name: 'the same six rows, bare', program: baseline('two-row-write'), args: [6], url: six },
  };
  const figures: Figure[] = [];
  for (const clients of CLIENTS) figures.push(...(await compare(sides, clients, { rounds, tell })));
  return { figures, plots: [plotOf(figures)], notes: NOTES };
}

async function compare(
  sides: Record<'ours' | 'two' | 'six', Side>,
  clients: number,
  { rounds, tell }: Pick<BenchContext, 'rounds' | 'tell'>,
): Promise<Figure[]> {
  const rates = { ours: [] as number[], two: [] as number[], six: [] as number[] };
  for (let round = 1; round <= rounds; round++) {
    for (const side of ['two', 'ours', 'six'] as const) {
      const perSecond = await pairsPerSecond(sides[side], clients);
      rates[side].push(perSecond);
      tell(`${clients} at once, round ${round}: ${sides[side].name} ${Math.round(perSecond)} pairs/s`);
    }
  }
  const share = (of: readonly number[]) => rates.ours.map((rate, round) => rate / (of[round] ?? NaN));
  const at = clients === 1 ? 'one at a time' : `${clients} at once`;
  const rate = (side: keyof typeof rates): Figure => ({
    name: `${sides[side].name}, ${at}`,
    unit: 'pairs/s',
    values: rates[side],
  });
  return [
    ...[rate('ours'), rate('two'), rate('six')],
    { name: `of the bare two-row write, ${at}`, unit: '×', values: share(rates.two), aim: AIM },
    { name: `of the same six rows, ${at}`, unit: '×', values: share(rates.six) },
  ];
}

/** A checkpoint first: after one each page is written whole once, which every side must pay for in its own turn. */
async function pairsPerSecond({ program, args, url }: Side, clients: number): Promise<number> {
  await execute(url, 'checkpoint');
  const { pairs, tookMs } = await runProgramForJson<{ pairs: number; tookMs: number }>(
    program,
    [url, clients, CHARGING_MS, ...args],
    CLIENT_MS_MAX,
  );
  return (pairs / tookMs) * 1_000;
}

function plotOf(figures: readonly Figure[]): Plot {
  return {
    kind: 'bars',
    name: 'bench-ledger',
    title: 'Charge and refund, durable',
    unit: 'pairs/s',
    bars: figures
      .filter(({ unit }) => unit === 'pairs/s')
      .map(({ name, values }) => ({ label: name, value: medianOf(values) })),
  };
}
