import { describe, expect, it } from 'vitest';
import { OutsideWorld } from '../outside-world.js';
import { SandboxClock } from '../clock.js';
import { Rehearsals } from './rehearsals.js';
import { REHEARSALS } from './rehearsals.data.js';

const isOn = (rehearsals: Rehearsals, id: string) => rehearsals.list().find((one) => one.id === id)?.isOn;

describe('rehearsals', () => {
  it('have names of their own', () => {
    expect(new Set(REHEARSALS.map(({ id }) => id)).size).toBe(REHEARSALS.length);
  });

  it.each(REHEARSALS.map(({ id }) => id))('switches %s on, off, and on again', (id) => {
    const rehearsals = new Rehearsals(new OutsideWorld(new SandboxClock(30)));
    for (let round = 0; round < 2; round += 1) {
      expect(isOn(rehearsals, id)).toBe(false);
      rehearsals.set(id, false);
      rehearsals.set(id, true);
      rehearsals.set(id, true);
      expect(isOn(rehearsals, id)).toBe(true);
      expect(rehearsals.list().filter((one) => one.isOn)).toHaveLength(1);
      rehearsals.set(id, false);
    }
    expect(isOn(rehearsals, id)).toBe(false);
  });

  it('tells of a change once', () => {
    const rehearsals = new Rehearsals(new OutsideWorld(new SandboxClock(30)));
    expect(rehearsals.takeChange()).toBeNull();
    rehearsals.set('kie-hang', true);
    expect(
      rehearsals
        .takeChange()
        ?.filter((one) => one.isOn)
        .map(({ id }) => id),
    ).toEqual(['kie-hang']);
    expect(rehearsals.takeChange()).toBeNull();
  });

  it('refuses what it does not know', () => {
    const rehearsals = new Rehearsals(new OutsideWorld(new SandboxClock(30)));
    expect(() => rehearsals.set('nope', true)).toThrow('There is no rehearsal "nope".');
  });
});
