import { describe, expect, it } from 'vitest';
import type { LegacyHistoryRow, LegacyJob } from './import-legacy.types.js';
import { listRefundedThere } from './refunds.rules.js';

const at = (time: string) => `2026-01-05T${time}:00.000Z`;

function job(legacyId: string, started: string, change: Partial<LegacyJob> = {}): LegacyJob {
  return {
    ...{ legacyId, tgUserId: 42, status: 'processing', credits: 1, description: null, wishes: null },
    ...{ videoFileId: null, photoPath: null, startedAt: at(started), createdAt: at('00:00') },
    ...{ finishedAt: null, ...change },
  };
}

const failed = (legacyId: string, started: string, finished: string) =>
  job(legacyId, started, { status: 'failed', finishedAt: at(finished) });

function refund(time: string, change: Partial<LegacyHistoryRow> = {}): LegacyHistoryRow {
  return {
    ...{ legacyId: null, tgUserId: 42, operationType: 'refund', amount: '1', jobId: null, description: null },
    ...{ metadata: null, createdAt: at(time), ...change },
  };
}

describe('a video under way was given back there', () => {
  it.each<[string, LegacyJob[], LegacyHistoryRow[], string[]]>([
    ['without a refund: none', [job('a', '10:00')], [], []],
    ['by a refund after its start', [job('a', '10:00')], [refund('10:20')], ['a']],
    ['not by one before it', [job('a', '10:00')], [refund('09:59')], []],
    ['not by a gift', [job('a', '10:00')], [refund('10:20', { operationType: 'bonus' })], []],
    ['not by another person’s', [job('a', '10:00')], [refund('10:20', { tgUserId: 43 })], []],
    [
      'by one that names it, whenever',
      [job('a', '10:00'), job('b', '11:00')],
      [refund('09:00', { jobId: 'b' })],
      ['b'],
    ],
    ['not by one that names another', [job('a', '10:00')], [refund('10:20', { jobId: 'x' })], []],
    [
      'not by that of a failed one',
      [job('a', '10:00'), failed('f', '11:00', '11:05')],
      [refund('11:05')],
      [],
    ],
    [
      'by the other of two refunds, one of which is a failed one’s',
      [job('a', '10:00'), failed('f', '10:15', '10:25')],
      [refund('10:20'), refund('10:25')],
      ['a'],
    ],
    [
      'by one that no failed one stands beside',
      [job('a', '10:00'), failed('f', '15:00', '15:05')],
      [refund('10:20')],
      ['a'],
    ],
    ['the oldest of two by one refund', [job('b', '11:00'), job('a', '10:00')], [refund('12:00')], ['a']],
    ['both by two', [job('b', '11:00'), job('a', '10:00')], [refund('12:00'), refund('10:20')], ['a', 'b']],
    [
      'both by one of two credits',
      [job('a', '10:00'), job('b', '10:00')],
      [refund('12:00', { amount: '2' })],
      ['a', 'b'],
    ],
    ['not by less than it took', [job('a', '10:00', { credits: 2 })], [refund('10:20')], []],
    [
      'from when it was ordered, without a start',
      [job('a', '', { startedAt: null })],
      [refund('00:01')],
      ['a'],
    ],
    [
      'not where nothing says when',
      [job('a', '', { startedAt: null, createdAt: null })],
      [refund('00:01')],
      [],
    ],
    ['not where the refund has no time', [job('a', '10:00')], [refund('', { createdAt: null })], []],
    ['not where it took nothing', [job('a', '10:00', { credits: 0 })], [refund('10:20')], []],
  ])('%s', (_, jobs, history, expected) => {
    expect([...listRefundedThere(jobs, history)].sort()).toEqual(expected);
  });
});
