/** The settings of a live system in which nothing is wrong, nothing is real, and nobody is behind any address. */
export const LIVE_SETTINGS = {
  APP_ENV: 'production',
  BOT_TOKEN: '123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  OPENAI_API_KEY: 'of-openai',
  KIE_API_KEY: 'of-kie',
  YOOKASSA_SHOP_ID: '100500',
  YOOKASSA_API_KEY: 'live_shop-secret',
  USER_HMAC_KEY: 'of-somebody-who-threw-dice-32-times',
  WEBHOOK_SECRET_TOKEN: 'another-throw-of-dice',
  TERMS_URL: 'https://shop.example/terms',
  PRIVACY_URL: 'https://shop.example/privacy',
  SUPPORT_URL: 'https://t.me/shop_support',
  PUBLIC_BASE_URL: 'https://bot.example',
  CONSOLE_PASSWORD: 'of-operators-who-are-nobody',
  TRUSTED_PROXY_HOPS: '1',
  ADMIN_IDS: '1',
} as const;
