import { setTimeout as pause } from 'node:timers/promises';
import { KieClient, KieKeys } from '../modules/kie/index.js';
import { YooKassaClient } from '../modules/payments/index.js';
import { openPhotoStore } from '../modules/photos/index.js';
import { listModelIds } from '../modules/prompts/index.js';
import { TelegramClient } from '../modules/telegram/index.js';
import { Metrics } from '../platform/index.js';
import { toError, type Env } from '../platform/light.js';
import type { ProviderFacts } from './doctor.types.js';

/** All of them are asked at the same time, so that this is the limit of the whole look. */
const PROVIDER_TIMEOUT_MS = 5_000;
const MINUTE_MS = 60_000;

/** Why a provider cannot be used, in words without secrets. */
type Trouble = string | null;

/** Asks every provider something harmless and free, through our own clients. Never throws. */
export async function probeProviders(env: Env): Promise<ProviderFacts> {
  const facts: ProviderFacts = {
    failures: [],
    openAiModels: null,
    fallbackModels: null,
    lowKieCredits: null,
    webhook: null,
  };
  const asked: [setting: string, ask: () => Promise<Trouble>][] = [
    ['BOT_TOKEN', () => askTelegram(env, facts)],
    ['OPENAI_API_KEY', () => askOpenAi(env, facts)],
    ...(env.OPENAI_FALLBACK_API_KEY ? [fallbackQuestion(env, facts)] : []),
    ...new KieKeys(env).all().map((key): [string, () => Promise<Trouble>] => [
      'KIE_API_KEY',
      async () => {
        const reading = await new KieClient(env, new Metrics()).readCredits(key);
        if (reading.kind === 'refused') return `KIE.AI says ${reading.text}`;
        facts.lowKieCredits ??= [];
        if (reading.credits < env.KIE_BALANCE_MIN_CREDITS) facts.lowKieCredits.push(reading.credits);
        return null;
      },
    ]),
    ['YOOKASSA_SHOP_ID and YOOKASSA_API_KEY', () => askYooKassa(env)],
    ...(env.STORAGE_TYPE === 's3' ? [s3Question(env)] : []),
  ];
  await Promise.all(
    asked.map(async ([setting, ask]) => {
      const says = await inTime(ask);
      if (says !== null) facts.failures.push({ setting, says });
    }),
  );
  return facts;
}

async function askTelegram(env: Env, facts: ProviderFacts): Promise<Trouble> {
  const telegram = new TelegramClient(env, new Metrics());
  await telegram.getMe();
  const { url } = await telegram.getWebhookInfo();
  const ours = env.TELEGRAM_MODE === 'webhook' ? env.PUBLIC_BASE_URL : undefined;
  const isForeign = url && !(ours && url.startsWith(`${ours}/`));
  // The rest of an address may hold a secret of whoever owns it.
  facts.webhook = { foreignHost: isForeign ? new URL(url).host : null };
  return null;
}

async function askOpenAi(env: Env, facts: ProviderFacts): Promise<Trouble> {
  const options = { apiKey: env.OPENAI_API_KEY ?? '', baseUrl: env.OPENAI_BASE_URL };
  const list = await listModelIds(options, PROVIDER_TIMEOUT_MS);
  if (list.kind === 'failed') return `OpenAI says ${list.note}`;
  facts.openAiModels = list.ids;
  return null;
}

function fallbackQuestion(env: Env, facts: ProviderFacts): [string, () => Promise<Trouble>] {
  const options = { apiKey: env.OPENAI_FALLBACK_API_KEY ?? '', baseUrl: env.OPENAI_FALLBACK_BASE_URL ?? '' };
  const ask = async () => {
    const list = await listModelIds(options, PROVIDER_TIMEOUT_MS);
    if (list.kind === 'failed') return `the second provider of prompts says ${list.note}`;
    facts.fallbackModels = list.ids;
    return null;
  };
  return ['OPENAI_FALLBACK_API_KEY', ask];
}

async function askYooKassa(env: Env): Promise<Trouble> {
  const to = new Date();
  const from = new Date(to.getTime() - MINUTE_MS);
  const page = await new YooKassaClient(env).listPayments({ from, to });
  return page.kind === 'unreadable' ? `YooKassa says ${page.text}` : null;
}

function s3Question(env: Env): [string, () => Promise<Trouble>] {
  const ask = async () => {
    await (await openPhotoStore(env)).check();
    return null;
  };
  return ['S3_BUCKET', ask];
}

async function inTime(ask: () => Promise<Trouble>): Promise<Trouble> {
  const late = pause(PROVIDER_TIMEOUT_MS, `no answer in ${PROVIDER_TIMEOUT_MS} ms`, { ref: false });
  try {
    return await Promise.race([ask(), late]);
  } catch (error) {
    return toError(error).message.replace(/\.$/, '');
  }
}
