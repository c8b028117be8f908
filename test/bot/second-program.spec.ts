import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BotRegistration } from '../../src/modules/bot/bot-registration.js';
import { Metrics, Readiness } from '../../src/platform/index.js';
import { joinBot } from '../support/join-bot.js';
import { waitFor } from '../support/wait-for.js';
import { BotWorld, WEBHOOK_SECRET } from './bot-app.js';

const OPERATOR = 4_900_000_003;
const STRANGERS_URL = 'http://127.0.0.1:9/their-secret';

let world: BotWorld;
let app: Awaited<ReturnType<BotWorld['startBot']>>['app'];
let url: string;

beforeAll(async () => {
  world = await BotWorld.create();
  ({ app, url } = await world.startBot({ env: { ADMIN_IDS: String(OPERATOR) } }));
  world.telegram.addPerson({ id: OPERATOR, firstName: 'Olga', languageCode: 'ru' });
  await joinBot(world.telegram, OPERATOR);
  await world.newcomer().says('/start');
});
afterAll(() => world.destroy());
beforeEach(() => world.database.query('delete from notices'));

/** What somebody else who knows the token does. More than once a second Telegram takes no new webhook. */
async function strangerCalls(method: string, args: object = {}): Promise<void> {
  const call = () =>
    fetch(`${world.telegram.url}/bot${world.telegram.token}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(args),
    });
  await waitFor(async () => (await call()).ok, { what: method });
}
const check = () => app.get(BotRegistration, { strict: false }).checkWebhook();
const told = () =>
  world.database.query<{ payload: unknown }>(
    'select n.payload from notices n join users u on u.id = n.user_id where u.tg_user_id = $1',
    [OPERATOR],
  );

/** The trouble that readiness tells of; null for none. */
function trouble(): string | null {
  const check = app
    .get(Readiness)
    .checks()
    .find(({ name }) => name === 'telegram');
  try {
    void check?.check();
    return null;
  } catch (error) {
    return String(error);
  }
}

/** What /metrics says of how updates come. */
async function delivery(): Promise<string[]> {
  const text = await app.get(Metrics, { strict: false }).expose();
  return text.split('\n').filter((line) => /^neurocards_telegram_(updates|delivery)_/.test(line));
}

describe('in webhook mode', () => {
  it('what waits at Telegram, and since when it has not been heard, is shown by /metrics', async () => {
    await check();
    expect(await delivery()).toEqual([
      expect.stringMatching(/^neurocards_telegram_updates_heard_age_seconds 0\.\d+/),
      'neurocards_telegram_updates_pending 0',
      'neurocards_telegram_delivery_troubled 0',
    ]);
    const before = Number((await delivery())[0]?.split(' ')[1]);
    world.telegram.failNext('getWebhookInfo', { status: 502, description: 'Bad Gateway' });
    await check();
    expect(Number((await delivery())[0]?.split(' ')[1])).toBeGreaterThan(before);
  });

  it('a revoked token is told in readiness', async () => {
    world.telegram.failNext('getWebhookInfo', { status: 401, description: 'Unauthorized' });
    await check();
    expect(trouble()).toContain('Telegram does not know the BOT_TOKEN');
    await check();
    expect(trouble()).toBeNull();
  });

  it('F-70 a webhook that leads elsewhere is told: red in readiness, once to operators, by its host only', async () => {
    await strangerCalls('setWebhook', { url: STRANGERS_URL });
    await Promise.all([check(), check(), check()]);
    await check();
    expect(trouble()).toContain('another program has changed the webhook');
    expect(await told()).toEqual([{ payload: { kind: 'webhook_taken', host: '127.0.0.1:9' } }]);
    expect(await world.database.query('select 1 from notices')).toHaveLength(1);
    await strangerCalls('setWebhook', { url: `${url}/telegram/webhook`, secret_token: WEBHOOK_SECRET });
    await check();
    expect(trouble()).toBeNull();
  });

  it('F-70 a webhook that was taken away is told, and again after six hours', async () => {
    await strangerCalls('deleteWebhook');
    await check();
    const payload = { kind: 'webhook_taken', host: null };
    const passed = (interval: string) =>
      world.database.query(
        `update notices set cause = cause || '-before', created_at = clock_timestamp() - interval '${interval}'`,
      );
    await passed('5 hours 59 minutes');
    await check();
    expect(await told()).toEqual([{ payload }]);
    await passed('6 hours');
    await Promise.all([check(), check()]);
    expect(await told()).toEqual([{ payload }, { payload }]);
  });
});
