import { describe, expect, it } from 'vitest';
import { findConcerns, type ConcernFacts } from './concerns.rules.js';
import type { KieKeyView, ModelView, Supply } from './protocol.js';

const SINCE = '2026-11-22T10:00:00.000Z';
const key: KieKeyView = {
  ...{ fingerprint: 'aaaaaaaaaaaa', position: 1, credits: 5_000, readAt: SINCE },
  ...{ lowSince: null, failedSince: null, offSince: null, parked: null },
};
const model: ModelView = {
  ...{ id: 'veo3_fast', title: 'Veo', status: 'active', creditsPerVideo: 1, kieCreditsPerVideo: 60 },
  ...{ fallbackOrder: 1, isOffered: true, offSince: null, setAside: null },
};
const parked = { reason: 'money', refusedWith: 'Credits insufficient', since: SINCE, askAt: SINCE };
const supply: Supply = {
  ...{ keys: [key], minCredits: 1_000, models: [model], modelNotes: [], breakers: [] },
  creationSlots: { used: 0, max: 15 },
  switches: [
    { name: 'maintenance', onSince: null },
    { name: 'orders_stopped', onSince: null },
  ],
};
const report = {
  ...{ provider: 'yookassa', lastError: null },
  finished: { at: SINCE, ageS: 3_600, differencesTotal: 0 },
};

const well: ConcernFacts = {
  ...{ supply, waiting: [], jobsPastDeadline: 0, noticesDropped: 0, noticesLate: 0 },
  ...{ paymentsParked: 0, refundsFailed: 0, refundsLate: 0, reconciliations: [report], creditsOwed: 0 },
  audit: { finishedAt: SINCE, ageS: 3_600, drift: 0 },
  oldestUserAgeS: 90 * 24 * 3_600,
};

const told = (facts: ConcernFacts) =>
  findConcerns(facts).map(({ severity, title }) => `${severity}: ${title}`);
const withSupply = (change: Partial<Supply>): ConcernFacts => ({ ...well, supply: { ...supply, ...change } });

describe('what an operator should know', () => {
  it('is nothing where all is well', () => {
    expect(told(well)).toEqual([]);
  });

  it.each<[string, ConcernFacts, string]>([
    [
      'one of two keys out of use',
      withSupply({
        keys: [
          { ...key, parked },
          { ...key, fingerprint: 'b' },
        ],
      }),
      'act: Key aaaaaaaaaaaa of KIE is out of use',
    ],
    [
      'the only key out of use',
      withSupply({ keys: [{ ...key, parked }] }),
      'act: No key of KIE is left: no video can be made (aaaaaaaaaaaa)',
    ],
    [
      'the only key set aside',
      withSupply({ keys: [{ ...key, offSince: SINCE }] }),
      'act: Key aaaaaaaaaaaa of KIE is set aside, and none is left',
    ],
    [
      'a key that tells nothing',
      withSupply({ keys: [{ ...key, failedSince: SINCE }] }),
      'watch: KIE does not tell the balance of key aaaaaaaaaaaa',
    ],
    [
      'a low balance',
      withSupply({ keys: [{ ...key, credits: 12, lowSince: SINCE }] }),
      'act: The balance of key aaaaaaaaaaaa is low',
    ],
    [
      'the only model set aside',
      withSupply({ models: [{ ...model, offSince: SINCE }] }),
      'act: Veo is set aside, and no model is left',
    ],
    [
      'one of two models that KIE does not serve',
      withSupply({
        models: [
          { ...model, setAside: { reason: 'paused', since: SINCE, until: SINCE } },
          { ...model, id: 'wan' },
        ],
      }),
      'watch: Veo is set aside; others take its orders',
    ],
    [
      'maintenance',
      withSupply({ switches: [{ name: 'maintenance', onSince: SINCE }] }),
      'watch: The bot is closed for maintenance',
    ],
    [
      'a step that nobody does',
      { ...well, waiting: [{ step: 'create', count: 1, oldestS: 300, overdueS: 121 }] },
      'act: Nobody does the step “create”',
    ],
    ['jobs past their deadline', { ...well, jobsPastDeadline: 2 }, 'act: 2 jobs past the deadline'],
    [
      'a difference',
      { ...well, reconciliations: [{ ...report, finished: { ...report.finished, differencesTotal: 1 } }] },
      'act: 1 difference between YooKassa and our payments',
    ],
    [
      'a reconciliation that is a day late',
      { ...well, reconciliations: [{ ...report, finished: { ...report.finished, ageS: 30 * 3_600 } }] },
      'watch: YooKassa was not reconciled for 30 h',
    ],
    [
      'a provider that was never reconciled',
      { ...well, reconciliations: [report, { ...report, provider: 'telegram_stars', finished: null }] },
      'watch: Telegram Stars was never reconciled',
    ],
    ['an audit that never was', { ...well, audit: null }, 'watch: Nothing was ever audited'],
    [
      'drift',
      { ...well, audit: { finishedAt: SINCE, ageS: 60, drift: 2 } },
      'act: The audit found 2 rows that do not add up',
    ],
    [
      'an audit that is late',
      { ...well, audit: { finishedAt: SINCE, ageS: 30 * 3_600, drift: 0 } },
      'watch: Nothing was audited for 30 h',
    ],
    ['a parked payment', { ...well, paymentsParked: 1 }, 'act: 1 payment paid otherwise than sold'],
    ['a failed refund', { ...well, refundsFailed: 1 }, 'act: 1 refund failed in the last 7 days'],
    ['a late refund', { ...well, refundsLate: 3 }, 'watch: 3 refunds waiting for more than a day'],
    ['credits owed', { ...well, creditsOwed: 2 }, 'watch: 2 credits owed'],
    ['late notices', { ...well, noticesLate: 1 }, 'act: 1 notice late'],
  ])('names %s', (_name, facts, title) => {
    expect(told(facts)).toEqual([title]);
  });

  it('keeps quiet about what is only being worked at, and about models that are not used', () => {
    expect(
      told({ ...well, waiting: [{ step: 'generate', count: 900, oldestS: 600, overdueS: 100 }] }),
    ).toEqual([]);
    expect(told(withSupply({ models: [model, { ...model, fallbackOrder: null, offSince: SINCE }] }))).toEqual(
      [],
    );
  });

  it.each([null, 26 * 3_600])(
    'gives a system that is %s s old the time for its first checks',
    (oldestUserAgeS) => {
      const reconciliations = [{ ...report, finished: null }];
      expect(told({ ...well, reconciliations, audit: null, oldestUserAgeS })).toEqual([]);
    },
  );

  it('tells of differences for as long as nobody found that they are gone, and why nobody did', () => {
    const finished = { at: SINCE, ageS: 30 * 3_600, differencesTotal: 2 };
    const facts = { ...well, reconciliations: [{ ...report, finished, lastError: 'HTTP 401' }] };
    expect(findConcerns(facts).map(({ title, detail }) => [title, detail])).toEqual([
      ['2 differences between YooKassa and our payments', 'Found by the daily reconciliation.'],
      ['YooKassa was not reconciled for 30 h', 'HTTP 401'],
    ]);
  });

  it('begins with what must be acted on', () => {
    const facts = { ...well, creditsOwed: 1, noticesLate: 1 };
    expect(told(facts)).toEqual(['act: 1 notice late', 'watch: 1 credit owed']);
  });
});
