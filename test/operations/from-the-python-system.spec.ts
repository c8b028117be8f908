import { randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assetPath, readAsset, SANDBOX_VIDEO } from '../../sandbox/assets/index.js';
import { DemoPerson } from '../../sandbox/demo/person.js';
import { AccountErasure } from '../../src/modules/bot/account-erasure.js';
import { ReconciliationService } from '../../src/modules/payments/reconciliation/reconciliation.service.js';
import { encodeCallback, htmlToPlain, TelegramClient, translate } from '../../src/modules/telegram/index.js';
import { UsersService } from '../../src/modules/users/index.js';
import { LegacyWorld, linesOf } from '../import/legacy-world.js';
import { waitFor } from '../support/wait-for.js';
import { ErasureWorld } from '../users/erasure-world.js';

const HEX = '0198f3a27c1d4e5f8a9b0123456789ab';
const WORDS = 'paid by hand, the needle of Vera';
const RETRIES = { timeoutMs: 15_000 };

let ours: ErasureWorld;
let old: LegacyWorld;

beforeAll(async () => {
  ours = await ErasureWorld.start();
  const { database, env } = ours.payments.test;
  old = await LegacyWorld.create(() => ({ url: database.url, storagePath: env.STORAGE_BASE_PATH }));
});
afterAll(async () => {
  await old.drop();
  await ours.stop();
});

/** Somebody who has a chat with the bot, and a video in it that the old one sent. */
async function aCustomer(): Promise<{ person: DemoPerson; fileId: string }> {
  const person = DemoPerson.add(ours.telegram, 'Vera', 'ru', { id: randomInt(5_200_000_000, 5_300_000_000) });
  person.say('/start');
  await person.seesButton('1:agree');
  const { fileId } = await ours.payments
    .get(TelegramClient)
    .sendVideo(person.id, { filePath: assetPath('video.mp4'), ...SANDBOX_VIDEO }, { text: 'by the old bot' });
  return { person, fileId: fileId ?? '' };
}

/** A payment as the old bot made it: it names its buyer, and no row. */
function payAtOldBot(tgUserId: number, { capture = true } = {}): string {
  const metadata = { user_id: String(tgUserId), credits: '5' };
  const { id } = ours.payments.yooKassa.makePayment({ kopecks: 19_900, metadata, capture });
  ours.payments.yooKassa.pay(id);
  return id;
}

const historyOf = (userId: string) =>
  ours.payments.history({ id: userId, tgUserId: 0, language: 'ru', email: null });

it('a person of the Python system finds everything, is told once, and can be forgotten', async () => {
  const { person, fileId } = await aCustomer();
  const { id: tgUserId } = person;
  const { env } = ours.payments.test;
  await mkdir(join(env.STORAGE_BASE_PATH, `inputs/${tgUserId}`), { recursive: true });
  await writeFile(join(env.STORAGE_BASE_PATH, `inputs/${tgUserId}/${HEX}.jpg`), readAsset('photos/mug.jpg'));
  await old.add('users', { tg_user_id: tgUserId, username: 'vera', credits: 2 });
  const product = { tg_user_id: tgUserId, product_image_url: `/inputs/${tgUserId}/${HEX}.jpg` };
  await old.add(
    'jobs',
    { ...product, id: 'done', status: 'completed', product_text: 'Чайник', video_file_id: fileId },
    { ...product, id: 'begun', status: 'processing', product_text: 'Поднос' },
  );
  await old.add('credits_history', { tg_user_id: tgUserId, amount: 2, description: WORDS });
  const sold = {
    tg_user_id: tgUserId,
    amount_rub: '199.00',
    credits_purchased: 5,
    payment_provider: 'yookassa',
  };
  const [paid, held] = [payAtOldBot(tgUserId), payAtOldBot(tgUserId, { capture: false })];
  const unpaid = ours.payments.yooKassa.makePayment({ kopecks: 19_900, metadata: {} }).id;
  ours.payments.yooKassa.expire(unpaid);
  const differing = ours.payments.yooKassa.makePayment({ kopecks: 100, metadata: {} }).id;
  ours.payments.yooKassa.pay(differing);
  for (const payment_id of [paid, held, unpaid, differing])
    await old.add('payments', { ...sold, payment_id });
  await old.add('payments', { ...sold, status: 'completed', payment_id: payAtOldBot(tgUserId) });

  const report = await old.import();
  expect(report).toMatchObject({ refused: [], videos: 1, jobs_given_back: 1, payments_to_settle: 4 });
  const user = await ours.payments.get(UsersService).findByTgUserId(tgUserId);
  const userId = user?.id ?? '';
  const told = htmlToPlain(translate('ru', 'notice.failed.moved')).slice(0, 40);
  await person.sees(({ text }) => htmlToPlain(text).startsWith(told));
  const statusOf = async (id: string) =>
    (
      await ours.query<{ status: string; parked_reason: string | null }>(
        'select status, parked_reason from payments where provider_payment_id = $1',
        [id],
      )
    )[0];
  await waitFor(async () => (await statusOf(differing))?.parked_reason !== null, {
    what: 'looks',
    ...RETRIES,
  });
  await waitFor(async () => (await statusOf(paid))?.status === 'completed', { what: 'credits', ...RETRIES });
  await waitFor(async () => (await statusOf(unpaid))?.status === 'canceled', {
    what: 'the end of an unpaid one',
    ...RETRIES,
  });
  expect(await statusOf(held)).toMatchObject({ status: 'pending' });
  expect(await historyOf(userId)).toEqual(['import +3', 'usage -1', 'refund +1', 'purchase +5']);
  expect(linesOf(await old.import()).join()).not.toContain('imported');
  expect(await ours.payments.drift()).toEqual([]);

  // What else the shop has of the old bot is no difference.
  await ours.query('delete from payment_reconciliations');
  await ours.payments.get(ReconciliationService).reconcile('yookassa');
  const [compared] = await ours.query<{ counts: Record<string, number>; differences: { kind: string }[] }>(
    'select counts, differences from payment_reconciliations where finished_at is not null',
  );
  expect(compared?.differences.map(({ kind }) => kind)).toEqual(['amount_differs', 'status_differs']);
  expect(compared?.counts).toMatchObject({ payments_theirs: 5, foreign: 1 });

  // The terms first; no second welcome; the old video, and another one of its product.
  await person.tap('1:agree');
  const hasAgreed = () =>
    ours.query('select from users where id = $1 and consented_at is not null', [userId]);
  await waitFor(async () => (await hasAgreed()).length === 1, { what: 'the consent' });
  expect(await historyOf(userId)).toHaveLength(4);
  const [job] = await ours.query<{ id: string }>(
    `select id from jobs where user_id = $1 and status = 'completed'`,
    [userId],
  );
  person.say('/videos');
  await person.tap(encodeCallback('video', job?.id ?? ''));
  await person.sees(({ kind, text }) => kind === 'video' && text.includes('Чайник'));
  const resent = () =>
    ours.telegram
      .calls('sendVideo')
      .some(({ args }) => args['chat_id'] === tgUserId && args['video'] === fileId);
  await waitFor(resent, { what: 'the video by its file_id' });
  await person.tap(encodeCallback('another', job?.id ?? ''));
  await person.chooseRest();
  await person.tap('1:confirm:');
  await waitFor(
    async () =>
      (await ours.query(`select from jobs where user_id = $1 and status = 'completed'`, [userId])).length ===
      2,
    { what: 'a new video', ...RETRIES },
  );
  expect(await historyOf(userId)).toEqual([
    ...['import +3', 'usage -1', 'refund +1', 'purchase +5', 'usage -1'],
  ]);
  expect(await ours.payments.drift()).toEqual([]);

  // What is held at YooKassa is captured in its cabinet, or runs out; then nothing is open any more.
  ours.payments.yooKassa.expire(held);
  await ours.payments.look(
    'payment',
    (await ours.query<{ id: string }>('select id from payments where provider_payment_id = $1', [held]))[0]
      ?.id ?? '',
  );
  const look = () => ours.payments.get(AccountErasure).look({ id: userId, tgUserId });
  await waitFor(async () => (await look()).kind === 'free', { what: 'nothing open', ...RETRIES });
  expect(await ours.tablesWith('needle of Vera')).toEqual(['legacy_credits_history']);
  const erased = await ours.payments.get(AccountErasure).erase({ id: userId, tgUserId }, 7);
  expect(erased).toEqual({ kind: 'erased' });
  expect(await ours.tablesWith('needle of Vera', `inputs/${tgUserId}`)).toEqual([]);
  const after = await old.import({ hmacKey: env.USER_HMAC_KEY });
  expect(linesOf(after)).toContain('users 1 read, 1 erased');
  expect(await ours.payments.get(UsersService).findByTgUserId(tgUserId)).toBeNull();
  expect(await ours.payments.drift()).toEqual([]);
});
