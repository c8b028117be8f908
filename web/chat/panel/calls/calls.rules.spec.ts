import { describe, expect, it } from 'vitest';
import { aCall } from '../panel.support.js';
import { listCalls, toggled, verdictOf, type CallsView } from './calls.rules.js';

const ALL: CallsView = {
  providers: new Set(),
  onlyFailures: false,
  withRoutine: false,
  stopped: null,
  clearedTo: null,
};
const CALLS = [
  aCall({ id: 1 }),
  aCall({ id: 2, provider: 'kie', response: '{\n  "code": 402,\n  "msg": "no credits"\n}' }),
  aCall({ id: 3, provider: 'openai', status: 429 }),
  aCall({ id: 4, provider: 'kie', response: '{"code":200}' }),
];

function idsOf(view: Partial<CallsView>, calls = CALLS): number[] {
  return listCalls(calls, { ...ALL, ...view }).calls.map(({ id }) => id);
}

describe('what an answer says', () => {
  it.each([
    [{ status: 200 }, '200', 'good', false],
    [{ status: 304 }, '304', 'plain', false],
    [{ status: 404 }, '404', 'bad', true],
    [{ status: 502 }, '502', 'bad', true],
    [{ status: 0 }, 'no answer', 'bad', true],
    [{ provider: 'kie', response: '{"code":200,"msg":"success"}' }, '200', 'good', false],
    [{ provider: 'kie', response: '{"code":433,"msg":"limit"}' }, 'code 433', 'bad', true],
    [{ provider: 'kie', response: '{"code":200,"data":{"state": "fail"}}' }, 'task failed', 'bad', true],
    [{ provider: 'kie', response: '<html>' }, '200', 'good', false],
    [{ provider: 'telegram', response: '{"code":500}' }, '200', 'good', false],
  ] as const)('%j', (call, text, tone, isFailure) => {
    expect(verdictOf(aCall(call))).toEqual({ text, tone, isFailure });
  });
});

describe('the list of calls', () => {
  it.each([
    ['all, newest first', {}, [4, 3, 2, 1]],
    ['of one provider', { providers: new Set(['kie'] as const) }, [4, 2]],
    ['of two', { providers: new Set(['kie', 'openai'] as const) }, [4, 3, 2]],
    ['only failures', { onlyFailures: true }, [3, 2]],
    ['failures of one', { onlyFailures: true, providers: new Set(['kie'] as const) }, [2]],
    ['since it was cleared', { clearedTo: 2 }, [4, 3]],
    ['as it was when it was stopped', { stopped: CALLS.slice(0, 2) }, [2, 1]],
    ['all, of a sandbox that counts from the beginning again', { clearedTo: 90 }, [4, 3, 2, 1]],
  ])('%s', (_name, view, ids) => {
    expect(idsOf(view)).toEqual(ids);
  });

  it('counts by provider before the filter, and what is held back', () => {
    const list = listCalls(CALLS, { ...ALL, onlyFailures: true, stopped: CALLS.slice(0, 3) });
    expect(list.counts).toEqual({ telegram: 1, openai: 1, kie: 1, yookassa: 0 });
    expect(list).toMatchObject({ failures: 2, heldBack: 1 });
  });

  it('leaves out what is made all the time, unless it failed or is wanted', () => {
    const calls = [
      aCall({ id: 1 }),
      aCall({ id: 2, isRoutine: true }),
      aCall({ id: 3, isRoutine: true, status: 502 }),
    ];
    expect(idsOf({}, calls)).toEqual([3, 1]);
    expect(idsOf({ withRoutine: true }, calls)).toEqual([3, 2, 1]);
    expect(listCalls(calls, { ...ALL, stopped: [] })).toMatchObject({ routine: 0, heldBack: 2 });
    expect(listCalls(calls, ALL).routine).toBe(1);
  });

  it('switches a filter on and off', () => {
    expect([...toggled(new Set(['kie']), 'openai')]).toEqual(['kie', 'openai']);
    expect([...toggled(new Set(['kie']), 'kie')]).toEqual([]);
  });
});
