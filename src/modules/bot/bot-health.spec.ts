import { beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from '../../platform/index.js';
import { BotHealth } from './bot-health.js';

let metrics: Metrics;
let health: BotHealth;

beforeEach(() => {
  metrics = new Metrics();
  health = new BotHealth(metrics);
  health.onModuleInit();
});

const shown = async () =>
  (await metrics.expose()).split('\n').filter((line) => /^neurocards_telegram_(updates|delivery)/.test(line));

describe('how updates come, for /metrics', () => {
  it('is not shown by who does not ask for them', async () => {
    expect(await shown()).toEqual([]);
    health.noteHeard();
    health.noteDelivery({ pendingCount: 1, isTroubled: false });
    health.noteSilence();
    expect(await shown()).toEqual([]);
  });

  it('tells since when Telegram has not answered about them', async () => {
    health.noteHeard();
    const [line = ''] = await shown();
    expect(line).toMatch(/^neurocards_telegram_updates_heard_age_seconds 0\.?\d*/);
    expect(await shown()).toHaveLength(1);
  });

  it('tells how many wait, and whether Telegram has trouble bringing them', async () => {
    health.noteDelivery({ pendingCount: 70, isTroubled: true });
    expect(await shown()).toEqual([
      'neurocards_telegram_updates_pending 70',
      'neurocards_telegram_delivery_troubled 1',
    ]);
  });
});
