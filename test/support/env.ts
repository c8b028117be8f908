import { parseEnv, type Env } from '../../src/platform/index.js';

/** A valid environment in which nothing is real, with `change` over it. */
export function testEnv(change: Record<string, string> = {}): Env {
  return parseEnv({
    APP_ENV: 'sandbox',
    BOT_TOKEN: '123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    DATABASE_URL: 'postgres://localhost/unused',
    OPENAI_API_KEY: 'unused',
    KIE_API_KEY: 'unused',
    YOOKASSA_SHOP_ID: '100500',
    YOOKASSA_API_KEY: 'test_shop-secret',
    CONSOLE_PASSWORD: 'a-password-of-the-tests',
    ...change,
  });
}
