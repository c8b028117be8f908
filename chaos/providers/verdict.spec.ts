import { describe, expect, it } from 'vitest';
import type { Found } from './results.js';
import { findBrokenResults, findMissingAlarms } from './verdict.js';

const video = { kind: 'video', tasks: 1, videos: 1 } as const;
const found = (change: Partial<Found>): Found => ({
  ...{ name: 'kie-x', personId: 7, must: video, lost: null, isMet: true, result: video, odd: [] },
  ...change,
});

describe('the verdict on what came of a class', () => {
  it('is silent where all is as the matrix says', () => {
    expect(findBrokenResults([found({})])).toEqual([]);
  });

  it.each<[string, Partial<Found>, string]>([
    [
      'another result',
      { result: { ...video, tasks: 2 } },
      'video; 2 tasks, 1 paid, instead of video; 1 task, 1 paid',
    ],
    ['no result', { result: null }, 'nothing that was foreseen, instead of video; 1 task, 1 paid'],
    ['somebody who waited in vain', { lost: 'the bill' }, 'waited in vain: the bill'],
    ['a fault that nobody met', { isMet: false }, 'did not meet the fault as often as planned'],
    ['what is odd besides', { odd: ['was told 2 times why'] }, 'was told 2 times why'],
  ])('names %s', (_what, change, sentence) => {
    const broken = findBrokenResults([found(change)]);
    expect(broken).toHaveLength(1);
    expect(broken[0]).toContain('kie-x: person 7');
    expect(broken[0]).toContain(sentence);
  });

  it('names an alarm that was not raised', () => {
    const line = { level: 'error', part: 'kie-keys', msg: 'A key is out', updateId: null, error: '' };
    const classes = [{ name: 'kie-401', alarms: [/^kie-keys: A key/] }];
    expect(findMissingAlarms(classes, [line])).toEqual([]);
    expect(findMissingAlarms(classes, [])).toEqual(['kie-401: nobody was told ^kie-keys: A key']);
  });
});
