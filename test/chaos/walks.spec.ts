import { beforeAll, describe, expect, it } from 'vitest';
import { CALLBACK_KINDS } from '../../src/modules/telegram/light.js';
import { build, lastLine, run } from '../process/programs.js';

/** What `--json` prints, as far as it is looked at here. */
interface Report {
  ok: boolean;
  seed: number;
  bots: number;
  steps: number;
  killed: number;
  taps: number;
  audit_drift: number;
  visits: { screens: Record<string, number>; buttons: Record<string, number> };
  broken: string[];
}

beforeAll(build);

const walks = (...args: string[]) =>
  run(['scripts/program.mjs', 'chaos', 'walks', ...args], { env: { HOME: process.env.HOME } });

describe('npm run chaos:walks', () => {
  it('walks a short way through two processes, one of which dies, and finds every promise kept', async () => {
    const outcome = await walks('--steps', '120', '--seed', '1', '--bots', '2', '--json');
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toMatch(/^Seed 1, two processes$/m);
    expect(outcome.stdout).toMatch(/^PASS: every promise was kept$/m);
    const report = lastLine<Report>(outcome);
    expect(report).toMatchObject({ ok: true, seed: 1, bots: 2, killed: 1, audit_drift: 0, broken: [] });
    expect(report.steps).toBeGreaterThanOrEqual(120);
    expect(report.taps).toBeGreaterThan(25);
    expect(Object.keys(report.visits.buttons)).toEqual(CALLBACK_KINDS);
    const { screens } = report.visits;
    expect([screens['consent'], screens['menu'], screens['apology']]).toEqual([
      expect.any(Number),
      expect.any(Number),
      0,
    ]);
    expect(Math.min(screens['consent'] ?? 0, screens['menu'] ?? 0)).toBeGreaterThan(0);
  });

  it('says how it is called', async () => {
    const outcome = await walks('--bots', '3');
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).toMatch(
      /^--bots takes a whole number from 1 to 2, not "3"\.\n\nnpm run chaos:walks/,
    );
  });
});
