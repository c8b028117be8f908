import { describe, expect, it } from 'vitest';
import type { Rehearsal } from '../../../../sandbox/page/protocol.js';
import { aRehearsal, aStory } from '../panel.support.js';
import { byProvider, findStories, metAfter, playingStory, speedsFor } from './rehearsals.rules.js';

const ON = [aRehearsal({ isOn: true })];
const OFF = [aRehearsal({})];
const NOBODY: ReadonlySet<string> = new Set();
const FAILS: ReadonlySet<string> = new Set(['fails']);

interface Change {
  before: Rehearsal[];
  after: Rehearsal[];
  byHand?: ReadonlySet<string>;
  met?: ReadonlySet<string>;
}

describe('a rehearsal is met', () => {
  it.each([
    ['when it goes off by itself', { before: ON, after: OFF }, ['fails']],
    ['not when somebody switches it off', { before: ON, after: OFF, byHand: FAILS }, []],
    ['not while it is on', { before: ON, after: ON }, []],
    ['not at the first look', { before: [], after: OFF }, []],
    ['until it is switched on again', { before: OFF, after: ON, met: FAILS }, []],
    ['and stays so meanwhile', { before: OFF, after: OFF, met: FAILS }, ['fails']],
  ])('%s', (_name, { met = NOBODY, ...change }: Change, expected) => {
    expect([...metAfter(met, { byHand: NOBODY, ...change })]).toEqual(expected);
  });

  it('never, when it lasts until it is switched off', () => {
    const change = { before: [aRehearsal({ isOn: true, lasts: 'until_off' })], byHand: NOBODY };
    const after = [aRehearsal({ lasts: 'until_off' })];
    expect([...metAfter(NOBODY, { ...change, after })]).toEqual([]);
  });
});

describe('rehearsals, speeds and stories', () => {
  it('groups by provider, and leaves out those without any', () => {
    const groups = byProvider([aRehearsal({}), aRehearsal({ id: 'b', provider: 'telegram' })]);
    expect(groups.map(({ provider, rehearsals }) => [provider, rehearsals.length])).toEqual([
      ['telegram', 1],
      ['kie', 1],
    ]);
  });

  it.each([
    [{ scale: 12, scaleMax: 100 }, [1, 5, 12, 30, 60, 100]],
    [{ scale: 20, scaleMax: 30 }, [1, 5, 12, 20, 30]],
  ])('offers speeds for %j', (app, speeds) => {
    expect(speedsFor(app)).toEqual(speeds);
  });

  it.each([
    ['', ['happy', 'stars']],
    ['VIDEO order', ['happy']],
    ['stars', ['stars']],
    ['nothing such', []],
  ])('finds stories by %j', (search, names) => {
    const stories = [aStory({}), aStory({ name: 'stars', title: 'A purchase' })];
    expect(findStories(stories, search).map(({ name }) => name)).toEqual(names);
  });

  it('knows which story is being played', () => {
    const playing = aStory({ name: 'batch', status: 'playing' });
    expect(playingStory([aStory({}), playing])).toBe(playing);
    expect(playingStory([aStory({ status: 'kept' })])).toBeNull();
  });
});
