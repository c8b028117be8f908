import pg from 'pg';
import { auditSnapshot } from '../../src/modules/credits/light.js';
import { SandboxError } from '../../sandbox/errors.js';
import { execute } from '../durable-postgres.js';
import { medianOf, type Bench, type BenchContext, type Figure, type Measurement } from '../measurement.js';
import { beside, runProgramForJson } from '../programs.js';
import type { Plot } from '../report/plot.js';
import { compareStatements, isSameWork, ratioOf, type Compared } from './comparison.js';
import { makeDatabases } from './databases.js';
import { pickPeople } from './people.js';
import type { Part, Statement } from './statements.js';

const PEOPLE = 1_000_000;
const PEOPLE_PER_ROUND = 20;
const PLAY_MS_MAX = 600_000;
const RATIO_AIM = { below: 1.5 };
const CRON_AIM = { below: 20 };
/** Of the plot: those that grow most. */
const BARS = 16;
/**
 * What every statement costs whoever asks, above what the server counts: the way there and back and the client's part. A statement of
 * 20 µs that takes 40 is no statement that takes twice as long.
 */
const ROUND_TRIP_MS = 0.2;

/** Hot statements and crons in a full database against an empty one. */
export const scale: Bench = {
  name: 'scale',
  what: 'the whole product on a database of 1,000,000 people, 2,000,000 jobs and 5,000,000 rows of history, against an empty one',
  run,
};

async function run(context: BenchContext): Promise<Measurement> {
  const { rounds, tell } = context;
  const { largeUrl, emptyUrl, filledInMs } = await makeDatabases(PEOPLE, context);
  tell(`Filled in ${Math.round(filledInMs / 1_000)} s`);
  const audit = await auditDatabase(largeUrl);
  tell(`The audit finds no drift, ${Math.round(audit.tookMs / 1_000)} s`);
  const [large, empty]: [Statement[][], Statement[][]] = [[], []];
  for (let round = 1; round <= rounds; round++) {
    const people = pickPeople(PEOPLE, PEOPLE_PER_ROUND, Math.random);
    empty.push(await play(emptyUrl, people));
    large.push(await play(largeUrl, people));
    tell(`Round ${round}: ${large.at(-1)?.length ?? 0} statements`);
  }
  const compared = compareStatements(large, empty);
  return {
    figures: [
      ...figuresOf(compared),
      { name: 'audit of all rows', unit: 's', values: [audit.tookMs / 1_000] },
    ],
    plots: [plotOf(compared)],
    notes: [
      `Each comparison counts ${ROUND_TRIP_MS} ms for the way there and back on both sides; what the server alone took stands beside it.`,
      'A page of what somebody has is fuller where they have more; it is shown, and no part of the aim.',
      `The audit has read ${audit.rows.toLocaleString('en')} rows of the filled database.`,
    ],
  };
}

/** @throws SandboxError when the filled database breaks an invariant: then it shows nothing. */
async function auditDatabase(url: string): Promise<{ tookMs: number; rows: number }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const startedAtMs = performance.now();
    await client.query('begin isolation level repeatable read');
    const report = await auditSnapshot(async <Row>(sql: string, parameters?: unknown[]) => {
      const { rows } = await client.query<pg.QueryResultRow>(sql, parameters);
      return rows as Row[];
    });
    if (report.drift > 0)
      throw new SandboxError(`The filled database has drift: ${JSON.stringify(report.problems[0])}`);
    return { tookMs: performance.now() - startedAtMs, rows: report.rows_checked };
  } finally {
    await client.end();
  }
}

/** A checkpoint first: what the other side has left to write is not written in this one's time. */
async function play(url: string, people: readonly number[]): Promise<Statement[]> {
  await execute(url, 'checkpoint');
  const program = beside(import.meta.url, 'play.js');
  const { statements } = await runProgramForJson<{ statements: Statement[] }>(
    program,
    [url, ...people],
    PLAY_MS_MAX,
  );
  return statements;
}

function figuresOf(compared: readonly Compared[]): Figure[] {
  const hot = compared.filter(({ part }) => part === 'product');
  const crons = compared.filter(({ part, largeMs }) => part === 'scheduler' && largeMs.length > 0);
  if (crons.length === 0) throw new SandboxError('No statement of a cron ran in the filled database.');
  return [
    {
      name: 'hot statement that grows most, of those that return no more rows',
      unit: '×',
      values: [worstOf(hot)],
      aim: RATIO_AIM,
    },
    ...hot.flatMap((one) => growthOf(one)),
    ...crons.flatMap((one) => timeOf(one, CRON_AIM)),
    ...compared.filter(({ part }) => part === 'console').flatMap((one) => timeOf(one)),
  ];
}

function worstOf(compared: readonly Compared[]): number {
  const ratios = compared.filter(isSameWork).flatMap((one) => ratioOf(one, ROUND_TRIP_MS) ?? []);
  if (ratios.length === 0) throw new SandboxError('No statement ran in both databases.');
  return Math.max(...ratios);
}

function growthOf(one: Compared): Figure[] {
  const ratio = ratioOf(one, ROUND_TRIP_MS);
  if (ratio === null) return timeOf(one);
  const [largeMs, emptyMs] = [one.largeMs, one.emptyMs].map((values) => medianOf(values).toPrecision(2));
  const rows = isSameWork(one) ? '' : `, ${rowsOf(one.largeRows)} rows instead of ${rowsOf(one.emptyRows)}`;
  return [{ name: `${one.name} … (${largeMs} / ${emptyMs} ms${rows})`, unit: '×', values: [ratio] }];
}

function rowsOf(values: readonly number[]): string {
  return medianOf(values).toFixed(1);
}

const WORDS: Readonly<Record<Part, string>> = {
  product: 'only there',
  scheduler: 'cron',
  console: 'console',
};

function timeOf({ part, name, largeMs }: Compared, aim?: Figure['aim']): Figure[] {
  if (largeMs.length === 0) return [];
  return [{ name: `${WORDS[part]}: ${name}`, unit: 'ms', values: largeMs, ...(aim && { aim }) }];
}

function plotOf(compared: readonly Compared[]): Plot {
  const bars = compared
    .filter(({ part }) => part === 'product')
    .flatMap((one) => {
      const value = ratioOf(one, ROUND_TRIP_MS);
      return value === null ? [] : [{ label: one.name.slice(0, 34), value }];
    })
    .toSorted((one, other) => other.value - one.value)
    .slice(0, BARS);
  const aim = { label: 'aim', value: RATIO_AIM.below };
  return {
    kind: 'bars',
    name: 'bench-scale',
    title: 'Full database against an empty one',
    unit: '×',
    bars,
    aim,
  };
}
