import sharp from 'sharp';
import { FakeOpenAi, SANDBOX_OPENAI_KEY } from '../../sandbox/openai/index.js';
import { PromptHealth, PromptsService, type PromptRequest } from '../../src/modules/prompts/index.js';
import { Breakers, Metrics } from '../../src/platform/index.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { testEnv } from '../support/env.js';

/** How long a provider is waited for. */
export const PROVIDER_TIMEOUT_MS = 1_500;

/** A prompt that is to be written, two fake providers, and a database for their breakers. */
export class PromptsWorld {
  private constructor(
    readonly db: TestDatabase,
    /** OpenAI. */
    readonly first: FakeOpenAi,
    /** Somebody who speaks as OpenAI does. */
    readonly second: FakeOpenAi,
    readonly request: PromptRequest,
  ) {}

  static async open(): Promise<PromptsWorld> {
    const latencyTrueMs = { min: 0, max: 5 };
    const first = new FakeOpenAi({ latencyTrueMs });
    const second = new FakeOpenAi({ latencyTrueMs, persona: 'compatible' });
    const background = { r: 200, g: 180, b: 90 };
    const photo = sharp({ create: { width: 600, height: 800, channels: 3, background } }).jpeg();
    const [db, bytes] = await Promise.all([
      createTestDatabase(),
      photo.toBuffer(),
      first.start(),
      second.start(),
    ]);
    return new PromptsWorld(db, first, second, {
      template: 'ad',
      kind: 'neurocard',
      productText: 'Бирюзовая керамическая кружка 350 мл. Держит тепло.',
      wishes: 'Утренний свет на кухне',
      language: 'ru',
      photo: { bytes, mimeType: 'image/jpeg' },
      promptMaxLength: 4096,
      position: 1,
      safetyId: 'f3b1a7c2-user',
    });
  }

  /** As before the first case. */
  async reset(): Promise<void> {
    this.first.reset();
    this.second.reset();
    await this.db.query('delete from breakers');
  }

  async close(): Promise<void> {
    await Promise.all([this.db.drop(), this.first.stop(), this.second.stop()]);
  }

  /** Prompts by the first provider alone. */
  openPrompts(
    change: Record<string, string> = {},
    { dataSource }: Pick<TestDatabase, 'dataSource'> = this.db,
  ): PromptsService {
    const env = testEnv({
      OPENAI_API_KEY: SANDBOX_OPENAI_KEY,
      OPENAI_BASE_URL: `${this.first.url}/v1`,
      OPENAI_TIMEOUT_MS: String(PROVIDER_TIMEOUT_MS),
      ...change,
    });
    return new PromptsService(
      env,
      new PromptHealth(dataSource, new Breakers(new Metrics()), env),
      new Metrics(),
    );
  }

  /** Prompts by both. */
  openPromptsWithFallback(): PromptsService {
    return this.openPrompts({
      OPENAI_FALLBACK_API_KEY: SANDBOX_OPENAI_KEY,
      OPENAI_FALLBACK_BASE_URL: `${this.second.url}/v1`,
      OPENAI_FALLBACK_MODEL: 'vendor/small',
    });
  }
}
