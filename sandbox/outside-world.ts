import { randomInt } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import type { SandboxClock } from './clock.js';
import { SandboxError } from './errors.js';
import type { CallGate, FakeServer, RecordedCall } from './fake-server.js';
import { FakeKie, SANDBOX_KIE_KEY, SANDBOX_KIE_SPARE_KEY } from './kie/index.js';
import { FakeOpenAi, SANDBOX_OPENAI_KEY } from './openai/index.js';
import { FakeTelegram, SANDBOX_BOT_TOKEN } from './telegram/index.js';
import { FakeYooKassa, SANDBOX_YOOKASSA_API_KEY, SANDBOX_YOOKASSA_SHOP_ID } from './yookassa/index.js';

/** What the application is told about the fakes, by environment name. */
export type SandboxEnv = Readonly<Record<string, string>>;

/** Where operators' ids are drawn from: below everybody else's. */
const OPERATOR_ID_MIN = 4_900_001_000;
const OPERATOR_ID_MAX = 5_000_000_000;
/** Tried in this order when the default model is paused or keeps failing: what costs people no more than it. */
export const SANDBOX_MODEL_FALLBACKS = ['veo3_fast', 'wan/2-7-image-to-video'] as const;

/** Every provider that the product talks to, as HTTP servers on loopback with one clock. */
export class OutsideWorld {
  readonly telegram: FakeTelegram;
  readonly kie: FakeKie;
  readonly openAi: FakeOpenAi;
  readonly yooKassa: FakeYooKassa;
  /**
   * Telegram's id of the operator, once somebody joins under it. Another one each time: whom a database that lasts knows was told of
   * troubles already, and is not told again for hours.
   */
  readonly operatorId = randomInt(OPERATOR_ID_MIN, OPERATOR_ID_MAX);
  private recording: WriteStream | undefined;

  /**
   * @param temporaryPath where files may lie while this runs; the system's own place by default.
   * @param limitRealMsMin see `FakeTelegramOptions`.
   */
  constructor(
    readonly clock: SandboxClock,
    { temporaryPath, limitRealMsMin }: { temporaryPath?: string; limitRealMsMin?: number | undefined } = {},
  ) {
    this.telegram = new FakeTelegram({ clock, temporaryPath, limitRealMsMin });
    this.kie = new FakeKie({ clock });
    this.openAi = new FakeOpenAi({ clock });
    this.yooKassa = new FakeYooKassa({ clock });
  }

  /** Starts all of them on free ports. */
  async start(): Promise<this> {
    await Promise.all(this.servers().map((server) => server.start()));
    return this;
  }

  /** Stops all of them and closes the recording. */
  async stop(): Promise<void> {
    await Promise.all(this.servers().map((server) => server.stop()));
    if (!this.recording) return;
    this.recording.end();
    await once(this.recording, 'close');
  }

  /**
   * Writes every call to a provider as a line of JSON, secrets masked.
   *
   * @throws SandboxError when the file cannot be written.
   */
  async record(path: string): Promise<void> {
    const file = createWriteStream(path);
    await once(file, 'open').catch((error: Error) => {
      throw new SandboxError(`The calls cannot be recorded: ${error.message}`);
    });
    this.recording = file;
    this.onCall((call) => file.write(`${JSON.stringify(call)}\n`));
  }

  /** Tells of every call to any provider; the returned function ends it. */
  onCall(listener: (call: RecordedCall) => void): () => void {
    const stops = this.servers().map((server) => server.onCall(listener));
    return () => stops.forEach((stop) => stop());
  }

  /** Lets the gate stop calls to any provider. */
  setGate(gate: CallGate): void {
    for (const server of this.servers()) server.setGate(gate);
  }

  /** What is set by hand in a provider's cabinet: where YooKassa tells of payments. */
  register(appUrl: string): void {
    this.yooKassa.setNotificationUrl(`${appUrl}/webhooks/yookassa`);
  }

  /** Names, addresses and keys for the application. */
  env(): SandboxEnv {
    return {
      BOT_TOKEN: SANDBOX_BOT_TOKEN,
      TELEGRAM_API_ROOT: this.telegram.url,
      KIE_API_KEY: SANDBOX_KIE_KEY,
      KIE_BASE_URL: this.kie.url,
      KIE_UPLOAD_BASE_URL: this.kie.url,
      OPENAI_API_KEY: SANDBOX_OPENAI_KEY,
      OPENAI_BASE_URL: `${this.openAi.url}/v1`,
      DOWNLOAD_ALLOWED_ORIGINS: this.kie.url,
      YOOKASSA_SHOP_ID: SANDBOX_YOOKASSA_SHOP_ID,
      YOOKASSA_API_KEY: SANDBOX_YOOKASSA_API_KEY,
      YOOKASSA_BASE_URL: `${this.yooKassa.url}/v3`,
      YOOKASSA_SENDER_CIDRS: '127.0.0.1/32',
      TELEGRAM_STARS: 'on',
    };
  }

  /** What a well-kept system has besides: a second key, other models, an operator. */
  spareEnv(): SandboxEnv {
    return {
      KIE_API_KEY: `${SANDBOX_KIE_KEY},${SANDBOX_KIE_SPARE_KEY}`,
      KIE_MODEL_FALLBACKS: SANDBOX_MODEL_FALLBACKS.join(','),
      ADMIN_IDS: String(this.operatorId),
    };
  }

  private servers(): FakeServer[] {
    return [this.telegram, this.kie, this.openAi, this.yooKassa];
  }
}
