import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../sandbox/free-port.js';
import type { SandboxEnv } from '../../sandbox/outside-world.js';
import { startSandbox } from '../../sandbox/sandbox.js';
import { ROLES } from '../../src/platform/light.js';
import { medianOf, type Bench, type BenchContext, type Measurement } from '../measurement.js';
import { startFromNothing } from './from-nothing.js';
import { StartedProgram } from './started-program.js';

const MAIN = fileURLToPath(new URL('../../app/main.js', import.meta.url));
const ROLE_S_MAX = 2;
const NOTHING_S_MAX = 10;
const MS_PER_S = 1_000;

/** What is started: each role by itself, and all of them as one process. */
const STARTS: readonly { name: string; roles: string }[] = [
  ...ROLES.map((role) => ({ name: role, roles: role })),
  { name: 'all roles', roles: ROLES.join(',') },
];

/** How long a start takes. */
export const boot: Bench = {
  name: 'boot',
  what: 'the built program until `/health/ready` says 200, by role; `npm start` in a clone that was never built',
  run,
};

async function run({ rounds, tell, ending }: BenchContext): Promise<Measurement> {
  const sandbox = await startSandbox({ scale: 1, lasting: false });
  ending(() => sandbox.stop());
  // Only its database and its outside world are wanted.
  const { env } = sandbox;
  sandbox.app.kill();
  await sandbox.app.ended;
  const startsS = STARTS.map((): number[] => []);
  const nothingS: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const [index, { roles }] of STARTS.entries()) {
      startsS[index]?.push((await startRoles(env, roles, ending)) / MS_PER_S);
    }
    const told = STARTS.map(({ name }, index) => `${name} ${startsS[index]?.at(-1)?.toFixed(2)} s`);
    tell(`round ${round}: ${told.join(', ')}`);
    nothingS.push((await startFromNothing(ending)) / MS_PER_S);
    tell(`round ${round}: npm start ${nothingS.at(-1)?.toFixed(1)} s`);
  }
  return measurementOf(startsS, nothingS);
}

/** Milliseconds until a process with these roles was ready, on a migrated database. */
async function startRoles(env: SandboxEnv, roles: string, ending: BenchContext['ending']): Promise<number> {
  const port = String(await freePort());
  const program = new StartedProgram({
    command: process.execPath,
    args: ['--enable-source-maps', MAIN],
    // No folder of ours: an .env there would be read.
    folder: tmpdir(),
    env: { ...env, ROLES: roles, PORT: port },
  });
  ending(() => program.stop());
  const tookMs = await program.serves(`http://127.0.0.1:${port}/health/ready`);
  await program.stop();
  return tookMs;
}

function measurementOf(startsS: readonly (readonly number[])[], nothingS: readonly number[]): Measurement {
  const starts = STARTS.map(({ name }, index) => ({ name, values: startsS[index] ?? [] }));
  return {
    figures: [
      ...starts.map(({ name, values }) => ({
        ...{ name: `${name} until ready`, unit: 's', values },
        aim: { below: ROLE_S_MAX },
      })),
      {
        ...{ name: '`npm start` from nothing', unit: 's', values: nothingS },
        aim: { below: NOTHING_S_MAX },
      },
    ],
    plots: [
      {
        kind: 'bars',
        name: 'bench-boot',
        title: 'The built program until it is ready',
        unit: 's',
        bars: starts.map(({ name, values }) => ({ label: name, value: medianOf(values) })),
        aim: { label: 'aim', value: ROLE_S_MAX },
      },
    ],
    notes: [
      '`npm start` from nothing is after `npm ci`: the build of everything (src, sandbox, chaos, bench, both pages), PostgreSQL copied out ' +
        'of its package and initialised, all migrations, the four fakes, the application ready, and its page served.',
    ],
  };
}
