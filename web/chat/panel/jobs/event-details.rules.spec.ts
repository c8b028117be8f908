import { describe, expect, it } from 'vitest';
import { compactDetails } from './event-details.rules.js';

describe('the details of an event', () => {
  it.each([
    ['nothing', 'queued', {}, ''],
    ['nothing that its name says', 'create', { report: 'prompt_written' }, ''],
    [
      'why, where its name does not say it',
      'fail',
      { report: 'deadline_passed' },
      'because: its time is over',
    ],
    ['times with their unit', 'wait', { againInMs: 833, delayMs: 5_000 }, 'again in: 833 ms, delay: 5.0 s'],
    [
      'yes and no, and no nulls',
      'fail',
      { countsAsAttempt: false, errorClass: null },
      'counts as attempt: no',
    ],
    ['nothing twice', 'fail', { reason: 'rate_limit', details: { reason: 'other' } }, 'reason: rate limit'],
    [
      'what is nested, beside the rest',
      'create',
      { details: { source: 'self', tokensIn: 3 } },
      "source: the person's own, tokens in: 3",
    ],
    ['ids short', 'generate', { task: '0198c0d1-4f2a-4b31-9a7e-1c2d3e4f5a61' }, 'task: 0198c0d1'],
    [
      'objects as they are, but no whole answers',
      'fail',
      { of: { code: 5 }, raw: { code: 5 } },
      'of: {"code":5}',
    ],
  ])('%s', (_name, event, details, text) => {
    const shown = compactDetails(event, details);
    expect(shown.map(({ key, value }) => `${key}: ${value}`).join(', ')).toBe(text);
  });

  it('are cut where they are long', () => {
    const [detail] = compactDetails('fail', { text: 'x'.repeat(1_000) });
    expect(detail?.value).toBe(`${'x'.repeat(160)}…`);
  });
});
