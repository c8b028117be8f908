import { describe, expect, it } from 'vitest';
import type { RecordedCall } from '../fake-server.js';
import { CallLog } from './call-log.js';

const call = (change: Partial<RecordedCall> = {}): RecordedCall => ({
  provider: 'telegram',
  method: 'POST',
  url: 'http://127.0.0.1:5/bot<token>/sendMessage',
  request: { chat_id: 1 },
  status: 200,
  response: { ok: true },
  at: '2026-11-22T00:00:00.000Z',
  duration_ms: 3,
  ...change,
});

describe('the calls that the page shows', () => {
  it.each([
    ['http://127.0.0.1:5/bot<token>/sendMessage', 'sendMessage'],
    ['http://127.0.0.1:5/file/bot<token>/photos/file_1.jpg', 'file: photos/file_1.jpg'],
    ['http://127.0.0.1:5/api/v1/jobs/recordInfo?taskId=1', '/api/v1/jobs/recordInfo?taskId=1'],
  ])('says of %s what was asked for', (url, path) => {
    expect(new CallLog().add(call({ url })).path).toBe(path);
  });

  it('shows bodies to be read, and pictures as their size', () => {
    const shown = new CallLog().add(
      call({ request: { image: 'x'.repeat(9_000), text: 'да' }, response: null }),
    );
    expect(shown.request).toBe(`{\n  "image": "${'x'.repeat(60)}… (9000 characters)",\n  "text": "да"\n}`);
    expect(shown.response).toBeNull();
    expect(new CallLog().add(call({ response: 'y'.repeat(50_000) })).response).toMatch(
      /^y{12000}\n… \(50000 characters\)$/,
    );
  });

  it('keeps the newest, and lets no routine push them out', () => {
    const log = new CallLog();
    const routine = call({ url: 'http://127.0.0.1:5/bot<token>/getWebhookInfo' });
    for (let made = 0; made < 300; made += 1) log.add(routine);
    const first = log.add(call());
    for (let made = 0; made < 300; made += 1) log.add(routine);
    expect(log.list().filter(({ isRoutine }) => isRoutine)).toHaveLength(10);
    expect(log.list().filter(({ isRoutine }) => !isRoutine)).toEqual([first]);
    for (let made = 0; made < 300; made += 1) log.add(call());
    expect(log.list()).toHaveLength(210);
    expect(log.list().some(({ id }) => id === first.id)).toBe(false);
    // A check that fails is none of those that one wants to overlook.
    expect(log.add({ ...routine, status: 502 }).isRoutine).toBe(false);
  });
});
