import { describe, expect, it } from 'vitest';
import { HoldingTrap } from './holding-trap.js';
import type { CrashPoint } from './points.js';

const CALL: CrashPoint = { name: 'before:kie.upload', role: 'worker', errand: 'order' };
const BY_WORKER: CrashPoint = { name: 'after:commit:job.fail', role: 'worker', errand: 'refused' };
const BY_SCHEDULER: CrashPoint = { name: 'after:commit:job.fail', role: 'scheduler', errand: 'hang' };

const call = (isThere = false) => ({ name: 'kie.upload', when: 'before' as const, isThere: () => isThere });
const fail = (role: 'worker' | 'scheduler') => ({
  ...{ name: 'commit:job.fail', when: 'after' as const, role },
  isThere: () => false,
});

function trapFor(deaths: number, heldMax: number): HoldingTrap {
  const trap = new HoldingTrap([CALL, BY_WORKER, BY_SCHEDULER]);
  trap.arm({ deaths, heldMax });
  return trap;
}

describe('HoldingTrap', () => {
  it('holds as many as may be held at once, until there are enough deaths', () => {
    const trap = trapFor(3, 2);
    expect([call(), call(), call()].map((one) => trap.meets(one))).toEqual([true, true, false]);
    trap.count(trap.take('worker'));
    expect([call(), call()].map((one) => trap.meets(one))).toEqual([true, false]);
    trap.count(trap.take('worker'));
    expect(trap.meets(call())).toBe(false);
    expect(trap.missing()).toEqual([BY_WORKER, BY_SCHEDULER]);
  });

  it('tells the same commit of two roles apart', () => {
    const trap = trapFor(1, 1);
    expect(trap.meets(fail('scheduler'))).toBe(true);
    expect(trap.heldBy('worker')).toEqual([]);
    expect(trap.meets(fail('worker'))).toBe(true);
    expect(trap.heldBy('worker').map(({ point }) => point)).toEqual([BY_WORKER]);
  });

  it('counts no death for what outlives its process', () => {
    const trap = trapFor(1, 1);
    trap.meets(call(true));
    trap.count(trap.take('worker'));
    expect([trap.deathsAt(CALL), trap.strangers.get(CALL)]).toEqual([0, 1]);
  });

  it('holds nothing of a process that rests, and goes on with the others', () => {
    const trap = trapFor(1, 1);
    trap.rest('worker', 60_000);
    expect([trap.meets(call()), trap.meets(fail('scheduler'))]).toEqual([false, true]);
  });

  it('lets go what waits, when its process is dead', () => {
    const trap = trapFor(1, 1);
    let isReleased = false;
    trap.meets({ ...call(), release: () => (isReleased = true) });
    expect(isReleased).toBe(false);
    trap.count(trap.take('worker'));
    expect(isReleased).toBe(true);
  });

  it('holds nothing and notes nothing unless it is armed, and notes only what it does not know', () => {
    const trap = trapFor(1, 1);
    trap.disarm();
    expect(trap.meets(call())).toBe(false);
    trap.notePassed('kie POST /new');
    expect([...trap.nameless]).toEqual([]);
    trap.arm({ deaths: 1, heldMax: 1 });
    for (const name of ['kie POST /new', 'kie.upload', 'commit:job.fail']) trap.notePassed(name);
    expect([...trap.nameless]).toEqual(['kie POST /new']);
  });
});
