import { randomInt, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readAsset } from '../../sandbox/assets/index.js';
import { AccountErasure, type ErasureOutcome } from '../../src/modules/bot/account-erasure.js';
import { ConversationStore } from '../../src/modules/bot/conversation.store.js';
import { JobsService } from '../../src/modules/jobs/index.js';
import type { Buyer } from '../../src/modules/payments/index.js';
import { PhotosService } from '../../src/modules/photos/index.js';
import { ChatPacing, TelegramClient } from '../../src/modules/telegram/index.js';
import { UsersService, type User } from '../../src/modules/users/index.js';
import { PaymentsWorld } from '../payments/payments-world.js';
import { waitFor } from '../support/wait-for.js';

/** What the person of a test has told, each word to be found nowhere else. */
export const TOLD = {
  firstName: 'Anfisa-needle',
  lastName: 'Orlova-needle',
  username: 'anfisa_needle',
  email: 'anfisa@needle.example',
  description: 'A thermos for the needle of Anfisa',
  wishes: 'in the colours of the needle',
  prompt: 'A thermos turns slowly, and a needle falls',
} as const;

/** Deadlines that a busy machine cannot reach, and receipts with each payment. */
const ENV = {
  JOB_DEADLINE_MS: '60000',
  JOB_QUEUE_DEADLINE_MS: '120000',
  KIE_TASK_DEADLINE_MS: '50000',
  KIE_TASK_START_MIN_MS: '1000',
  YOOKASSA_RECEIPTS: 'on',
  YOOKASSA_VAT_CODE: '1',
};
const PERSON_ID_MIN = 5_100_000_000;
let lastUpdateId = 900_000_000;

/** The application with its outside world, and people who are erased from it. */
export class ErasureWorld {
  private constructor(readonly payments: PaymentsWorld) {}

  static async start(env: Record<string, string> = {}): Promise<ErasureWorld> {
    const payments = await PaymentsWorld.start({ env: { ...ENV, ...env } });
    payments.test.world.kie.configure({ defaults: { durationTrueMs: { min: 1_500, max: 3_000 } } });
    return new ErasureWorld(payments);
  }

  stop(): Promise<void> {
    return this.payments.stop();
  }

  get telegram() {
    return this.payments.test.world.telegram;
  }

  get kie() {
    return this.payments.test.world.kie;
  }

  query<Row = Record<string, unknown>>(sql: string, parameters?: unknown[]): Promise<Row[]> {
    return this.payments.query<Row>(sql, parameters);
  }

  /** Somebody who has agreed to the terms, with a chat. */
  async person(): Promise<ErasablePerson> {
    const { firstName, lastName, username } = TOLD;
    const id = randomInt(PERSON_ID_MIN, 2 * PERSON_ID_MIN);
    this.telegram.addPerson({ id, firstName, lastName, username, languageCode: 'ru' });
    this.telegram.sendText(id, '/start');
    await waitFor(() => this.telegram.pendingUpdates() === 0, { what: 'the start to be taken' });
    return new ErasablePerson(this, await this.register(id));
  }

  async register(tgUserId: number): Promise<User> {
    const { firstName, lastName, username } = TOLD;
    const profile = { tgUserId, firstName, lastName, username, languageCode: 'ru' };
    return (await this.payments.get(UsersService).register(profile)).user;
  }

  async jobOf(jobId: string): Promise<Record<string, unknown>> {
    const [row] = await this.query('select * from jobs where id = $1', [jobId]);
    return row ?? {};
  }

  get sessions(): ConversationStore {
    return this.payments.get(ConversationStore);
  }

  /** The tables of the database, those of the queues included, that hold one of the texts in any cell. */
  async tablesWith(...texts: string[]): Promise<string[]> {
    const tables = await this.query<{ name: string; quoted: string }>(
      `select table_name as name, format('%I.%I', table_schema, table_name) as quoted from information_schema.tables
        where table_schema in ('public', 'bullmq') and table_type = 'BASE TABLE'`,
    );
    const found: string[] = [];
    for (const { name, quoted } of tables) {
      const rows = await this.query(
        `select from ${quoted} t, unnest($1::text[]) needle where position(lower(needle) in lower(t::text)) > 0 limit 1`,
        [texts],
      );
      if (rows.length > 0) found.push(name);
    }
    return found;
  }
}

/** A person with something to erase. */
export class ErasablePerson {
  constructor(
    readonly world: ErasureWorld,
    readonly user: User,
  ) {}

  get id(): number {
    return this.user.tgUserId;
  }

  get buyer(): Buyer {
    return { id: this.user.id, tgUserId: this.id, language: 'ru', email: TOLD.email };
  }

  /** Where the person's photos lie. */
  get folder(): string {
    return join(this.world.payments.test.env.STORAGE_BASE_PATH, 'inputs', String(this.id));
  }

  get hasPhotos(): boolean {
    return existsSync(this.folder);
  }

  /** Our own row, of theirs or of what is left of them. */
  async row(): Promise<Record<string, unknown>> {
    const [row] = await this.world.query('select * from users where id = $1', [this.user.id]);
    return row ?? {};
  }

  setEmail(): Promise<void> {
    return this.world.payments.get(UsersService).setEmail(this.user.id, TOLD.email);
  }

  async storePhoto(): Promise<string> {
    const photos = this.world.payments.get(PhotosService);
    const taken = await photos.intake(this.id, readAsset('photos/mug.jpg'));
    if (taken.kind !== 'stored') throw new Error(`The photo was not taken: ${taken.reason}`);
    return taken.path;
  }

  /** Orders one video by a prompt of the person's own; its job's id. */
  async order(prompt: string = TOLD.prompt): Promise<string> {
    const shown = await this.world.payments.get(TelegramClient).sendMessage(this.id, { text: 'Your order' });
    const started = await this.world.payments.get(JobsService).startOrder({
      ...{ user: this.user, kind: 'neurocard', template: 'self', photoPath: await this.storePhoto() },
      ...{ description: TOLD.description, wishes: TOLD.wishes, prompt, draftId: randomUUID(), count: 1 },
      ...{ creditsShown: 1, chatId: this.id, progressMessageId: shown.messageId },
    });
    if (started.kind !== 'started') throw new Error(started.kind);
    return started.jobIds[0] ?? '';
  }

  /** Waits until the job is over and nothing more of it is to be shown. */
  async untilOver(jobId: string): Promise<void> {
    const find = () =>
      this.world.query(
        `select from jobs j join progress_messages p on p.order_id = j.order_id
          where j.id = $1 and j.finished_at is not null and j.wake_at is null and p.closed_at is not null
            and not exists (select from notices n where n.user_id = j.user_id and n.sent_at is null)`,
        [jobId],
      );
    await waitFor(async () => (await find()).length === 1, { what: 'the end of the job', timeoutMs: 15_000 });
  }

  /** Lets the deadline of a job pass while KIE still makes its video; returns KIE's id of that. */
  async missDeadline(jobId: string): Promise<string> {
    const find = () =>
      this.world.query<{ task_id: string | null }>('select task_id from kie_tasks where job_id = $1', [
        jobId,
      ]);
    await waitFor(async () => Boolean((await find())[0]?.task_id), { what: 'a task at KIE' });
    await this.world.query('update kie_tasks set deadline_at = now() where job_id = $1', [jobId]);
    await this.world.query('update jobs set deadline_at = now() where id = $1', [jobId]);
    await this.untilOver(jobId);
    return (await find())[0]?.task_id ?? '';
  }

  /** A payment that waits for its money; our own id and YooKassa's. */
  async openPayment(planId = 'starter'): Promise<{ paymentId: string; providerId: string }> {
    const { paymentId } = await this.world.payments.open(this.buyer, { planId });
    return { paymentId, providerId: await this.world.payments.providerId(paymentId) };
  }

  /** Buys by card, and waits until the person was told. */
  async pay(planId = 'starter'): Promise<{ paymentId: string; providerId: string }> {
    const opened = await this.openPayment(planId);
    this.world.payments.yooKassa.pay(opened.providerId);
    await this.untilBought(opened.paymentId);
    return opened;
  }

  /** An invoice in Stars, in the chat. */
  async openInvoice(planId = 'starter'): Promise<{ paymentId: string; messageId: number }> {
    const bought = await this.world.payments.buy(this.buyer, { provider: 'telegram_stars', planId });
    if (bought.kind !== 'invoice') throw new Error(bought.kind);
    const invoice = this.world.telegram.chat(this.id).findLast(({ kind }) => kind === 'invoice');
    return { paymentId: bought.payment.paymentId, messageId: invoice?.messageId ?? 0 };
  }

  /** Buys in Stars, and waits until the person was told. */
  async payInStars(planId = 'starter'): Promise<{ paymentId: string; messageId: number }> {
    const invoice = await this.openInvoice(planId);
    await this.world.telegram.payInvoice(this.id, invoice.messageId).outcome();
    await this.untilBought(invoice.paymentId);
    return invoice;
  }

  /** A second charge for a paid invoice, past our own pre-checkout: waits until it was tried to give it back. */
  async chargeTwice(paymentId: string): Promise<void> {
    const chargeId = `second-${paymentId}`;
    await this.chargeStars(paymentId, chargeId);
    const find = () =>
      this.world.query(
        `select from payment_refunds where charge_id = $1 and origin = 'surplus' and status <> 'pending'`,
        [chargeId],
      );
    await waitFor(async () => (await find()).length === 1, { what: 'the end of the surplus' });
  }

  /** Telegram's message of a charge for an invoice of ours. */
  async chargeStars(paymentId: string, chargeId: string, totalAmount = 150): Promise<void> {
    const body = { payer: this.id, currency: 'XTR', totalAmount, payload: paymentId, chargeId };
    await this.world.payments.stars.keep({ event: 'payment.succeeded', chargeId, body });
  }

  /** What a conversation leaves behind. */
  async keepDraft(): Promise<void> {
    const draft = { description: TOLD.description, photoPath: await this.storePhoto() };
    const { lock } = await this.lockChat();
    await this.world.sessions.save(lock, { draft });
  }

  /** As while something is sent. */
  async holdPacing(): Promise<void> {
    await this.world.payments.get(ChatPacing).hold(this.id, 60_000);
  }

  async credits(): Promise<number> {
    const look = await this.look();
    if (look.kind !== 'free') throw new Error('Something is still open');
    return look.credits;
  }

  look() {
    return this.world.payments.get(AccountErasure).look(this.user);
  }

  /** Erases as the conversation does: under the chat's lock, whose row goes last. */
  async erase(shownCredits?: number): Promise<ErasureOutcome> {
    const { lock } = await this.lockChat();
    const outcome = await this.eraseAccount(shownCredits ?? (await this.credits()));
    if (outcome.kind === 'erased') await this.world.sessions.forget(lock);
    else await this.world.sessions.release(lock);
    return outcome;
  }

  eraseAccount(shownCredits: number): Promise<ErasureOutcome> {
    return this.world.payments.get(AccountErasure).erase(this.user, shownCredits);
  }

  /** Takes the chat for an update. */
  async lockChat(updateId = (lastUpdateId += 1)) {
    const locked = await this.world.sessions.lock(this.id, updateId, 5_000, () => undefined);
    if (locked.kind !== 'locked') throw new Error(`The chat is ${locked.kind}`);
    return locked;
  }

  private async untilBought(paymentId: string): Promise<void> {
    const told = () =>
      this.world.query(`select from notices where cause = $1 and sent_at is not null`, [
        `payment-completed-${paymentId}`,
      ]);
    await waitFor(async () => (await told()).length === 1, { what: 'the purchase to be told' });
  }
}
