import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { freePort } from '../../sandbox/free-port.js';
import { FakeTelegram, type ChatMessage, type Person } from '../../sandbox/telegram/index.js';
import { startApp } from '../../src/app.js';
import { parseEnv, Readiness } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';

export const WEBHOOK_SECRET = 'webhook-secret-of-the-tests';

export interface BotAppOptions {
  mode?: 'webhook' | 'polling';
  /** Added to the environment. */
  env?: Record<string, string>;
}

/** The `bot` role as it runs in production, over a database and a fake Telegram of its own. */
export class BotWorld {
  private readonly apps: NestFastifyApplication[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly telegram: FakeTelegram,
    private readonly storage: string,
  ) {}

  static async create(): Promise<BotWorld> {
    const storage = await mkdtemp(join(tmpdir(), 'neurocards-test-'));
    return new BotWorld(await createTestDatabase(), await new FakeTelegram().start(), storage);
  }

  /** Starts one more process of the bot, and waits until it is ready for updates. */
  async startBot({ mode = 'webhook', env = {} }: BotAppOptions = {}): Promise<{
    app: NestFastifyApplication;
    url: string;
  }> {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const app = await startApp(
      parseEnv({
        APP_ENV: 'sandbox',
        ROLES: 'bot',
        HOST: '127.0.0.1',
        PORT: String(port),
        DATABASE_URL: this.database.url,
        PUBLIC_BASE_URL: url,
        BOT_TOKEN: this.telegram.token,
        TELEGRAM_API_ROOT: this.telegram.url,
        TELEGRAM_MODE: mode,
        TELEGRAM_POLL_TIMEOUT_S: '1',
        WEBHOOK_SECRET_TOKEN: WEBHOOK_SECRET,
        OPENAI_API_KEY: 'sk-test',
        KIE_API_KEY: 'kie-test',
        YOOKASSA_SHOP_ID: '100500',
        YOOKASSA_API_KEY: 'test_shop-secret',
        SUPPORT_URL: 'https://t.me/neurocards_support',
        STORAGE_BASE_PATH: this.storage,
        // Nobody looks at photos here: there is no worker.
        PHOTO_LOOK_WAIT_MS: '30',
        ...env,
      }),
    );
    this.apps.push(app);
    await waitFor(() => registered(app), { what: 'the bot to be registered' });
    return { app, url };
  }

  /** Stops one process in good order. */
  async stopBot(app: NestFastifyApplication): Promise<void> {
    this.apps.splice(this.apps.indexOf(app), 1);
    await app.close();
  }

  async destroy(): Promise<void> {
    for (const app of this.apps) await app.close();
    await this.telegram.stop();
    await this.database.drop();
    await rm(this.storage, { recursive: true, force: true });
  }

  /** Somebody who will talk to the bot. */
  newcomer(languageCode = 'ru', firstName = 'Анна'): Talker {
    return new Talker(this, this.telegram.addPerson({ firstName, languageCode }));
  }
}

function registered(app: NestFastifyApplication): boolean {
  const check = app
    .get(Readiness)
    .checks()
    .find(({ name }) => name === 'telegram');
  if (!check) return false;
  void check.check();
  return true;
}

/** A person, and what they see. Everything they do waits until the bot has taken the update. */
export class Talker {
  constructor(
    private readonly world: BotWorld,
    readonly person: Person,
  ) {}

  get id(): number {
    return this.person.id;
  }

  /** The newest message of the bot. */
  get seen(): ChatMessage {
    const message = this.botMessages().at(-1);
    if (!message) throw new Error('The bot has said nothing yet');
    return message;
  }

  botMessages(): ChatMessage[] {
    return this.world.telegram.chat(this.id).filter(({ from }) => from === 'bot');
  }

  /** The texts of the buttons of the newest message. */
  buttons(): string[] {
    return (this.seen.keyboard ?? []).flat().map(({ text }) => text);
  }

  /** Writes, and waits until the bot is done with it. */
  async says(text: string): Promise<ChatMessage> {
    this.world.telegram.sendText(this.id, text);
    await this.taken();
    return this.seen;
  }

  /** Presses Start and agrees to the terms. */
  async joins(): Promise<ChatMessage> {
    await this.says('/start');
    await this.tapsData('1:agree', this.seen.messageId);
    return this.seen;
  }

  /** Sends a picture. */
  async sends(photo: Buffer, options?: Parameters<FakeTelegram['sendPhoto']>[2]): Promise<ChatMessage> {
    await this.world.telegram.sendPhoto(this.id, photo, options);
    await this.taken();
    return this.seen;
  }

  /** Taps a button of the newest message, or of the given one, and returns the note that the tap earned. */
  async taps(button: string, messageId = this.seen.messageId): Promise<string> {
    const tap = this.world.telegram.tap(this.id, messageId, button);
    const answer = await tap.answer();
    await this.taken();
    return answer.text ?? '';
  }

  /** Sends any data as a tap. */
  async tapsData(data: string, messageId: number): Promise<string> {
    const tap = this.world.telegram.tapData(this.id, messageId, data);
    const answer = await tap.answer();
    await this.taken();
    return answer.text ?? '';
  }

  /** Waits until Telegram has no update left for the bot. */
  async taken(): Promise<void> {
    await waitFor(() => this.world.telegram.pendingUpdates() === 0, { what: 'the updates to be taken' });
  }

  /** As if the process died with the person's update in its hands, once it has one: it is forgotten, and comes again. */
  async losesUpdateInHand(): Promise<void> {
    const forget = `
      with taken as (update bot_sessions set lock_token = gen_random_uuid(), locked_until = clock_timestamp()
                      where chat_id = $1 and lock_token is not null returning chat_id)
      select chat_id from taken`;
    const isForgotten = async () => (await this.world.database.query(forget, [this.id])).length > 0;
    await waitFor(isForgotten, { what: 'an update in hand' });
  }

  /** The person's row. */
  async row() {
    const [row] = await this.world.database.query<{
      id: string;
      credits: number;
      language: string;
      first_name: string;
      blocked_at: Date | null;
    }>('select id, credits, language, first_name, blocked_at from users where tg_user_id = $1', [this.id]);
    if (!row) throw new Error('The person is not registered');
    return row;
  }

  /** The orders' jobs, oldest first. */
  jobs() {
    return this.world.database.query<{
      id: string;
      kind: string;
      template_type: string;
      prompt_input: string;
      photo_path: string;
      options: { wishes: string | null };
    }>(
      `select j.id, j.kind, j.template_type, j.prompt_input, j.photo_path, j.options
         from jobs j join users u on u.id = j.user_id where u.tg_user_id = $1 order by j.created_at, j.position`,
      [this.id],
    );
  }

  /** The stored conversation. */
  async session() {
    const [row] = await this.world.database.query<{
      state: { step: string; draft: Record<string, unknown> | null; startPayload: string | null };
      done: string[];
      lock_token: string | null;
    }>('select state, done, lock_token from bot_sessions where chat_id = $1', [this.id]);
    if (!row) throw new Error('The chat has no row');
    return row;
  }
}
