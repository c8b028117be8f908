import { readAsset } from '../../assets/index.js';
import { freePort } from '../../free-port.js';
import type { DemoPerson } from '../person.js';
import { callOperator } from '../shopping.js';
import type { Stage } from '../stage.js';
import type { Story } from './story.js';

const THEIR_PATH = '/bot/their-secret';
/** The longest that Telegram lets a call wait. */
const THEIR_TIMEOUT_S = 50;

const secondBot: Story = {
  name: 'second-bot',
  title:
    'In the middle of a draft another program takes the webhook, then polls with our token: operators hear of it, no message is lost',
  cast: { firstName: 'Глеб', languageCode: 'ru' },
  alone: true,
  undisturbed: true,
  async play(stage) {
    const { person, sandbox } = stage;
    const operator = await callOperator(stage);
    await stage.begin();
    await person.tap('1:create');
    await person.tap('1:kind:neurocard');
    await person.seesButton('1:back:photo');
    try {
      await webhookTaken(stage, operator);
      await polledBySomebody(stage, operator);
      await person.chooseRest();
      await person.tap('1:confirm');
      await stage.videosArrive(1);
    } finally {
      await sandbox.restart();
    }
    const videos = [stage.text('result.caption')];
    await stage.expectTally({ balance: 1, tasks: 1, paid: 1, sends: 1, videos, notices: [] });
  },
};

/** The photo goes to a server that nobody runs any more, and waits at Telegram until our bot starts again, now polling. */
async function webhookTaken(stage: Stage, operator: DemoPerson): Promise<void> {
  const { person, sandbox, world } = stage;
  const host = `127.0.0.1:${await freePort()}`;
  const answer = await strangerCalls(stage, 'setWebhook', { url: `http://${host}${THEIR_PATH}` });
  stage.expect(answer.ok, 'the webhook leads elsewhere', String(answer.status));
  await person.sendPicture(readAsset('photos/mug.jpg'));
  await stage.until('the bot is not ready', async () => !(await isReady(stage)));
  const told = await expectToldOnce(stage, operator, stage.text('notice.webhook_taken', { host }));
  stage.expect(!told.includes(THEIR_PATH), 'their address stays theirs', told);
  stage.expect(world.telegram.pendingUpdates() > 0, 'the photo waits');
  await sandbox.restart({ env: { TELEGRAM_MODE: 'polling' } });
  await person.seesButton('1:back:description');
}

/** Somebody's long poll ends ours, gets the description, confirms nothing, and ends. */
async function polledBySomebody(stage: Stage, operator: DemoPerson): Promise<void> {
  const { person, world } = stage;
  await stage.until('our bot polls', () => world.telegram.listening === 'polling');
  const theirs = strangerCalls(stage, 'getUpdates', { timeout: THEIR_TIMEOUT_S });
  await stage.until('the bot is not ready', async () => !(await isReady(stage)));
  person.say('Термокружка 450 мл, нержавеющая сталь, держит тепло 6 часов');
  await theirs;
  await expectToldOnce(stage, operator, stage.text('notice.second_poller'));
  await stage.until('the bot is ready again', () => isReady(stage));
}

/** What anybody can do who knows the token. */
function strangerCalls({ world: { telegram } }: Stage, method: string, args: object): Promise<Response> {
  return fetch(`${telegram.url}/bot${telegram.token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(args),
  });
}

async function isReady({ sandbox }: Stage): Promise<boolean> {
  return (await fetch(`${sandbox.app.url}/health/ready`)).ok;
}

/** Waits for the operator's message that begins like this, and returns it. */
async function expectToldOnce(stage: Stage, operator: DemoPerson, words: string): Promise<string> {
  const fits = ({ text }: { text: string }) => text.startsWith(words);
  const { text } = await operator.sees(fits);
  const count = operator.chat().filter(fits).length;
  stage.expect(count === 1, 'the operator was told once', String(count));
  return text;
}

/** What happens when the bot is not alone with its token. */
export const secondBots: readonly Story[] = [secondBot];
