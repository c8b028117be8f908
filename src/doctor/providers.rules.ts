import type { Env } from '../platform/light.js';
import type { Check, Facts, ProviderFacts } from './doctor.types.js';

/** What providers say when they are asked, which only `npm run doctor -- --online` does. */
export const PROVIDERS_CHECKS = {
  PROVIDER_UNUSABLE: check({
    severity: 'error',
    fault: 'a provider does not answer, or refuses our key (`--online` only)',
    mend: 'Compare the setting that is named with the provider’s cabinet, and see whether this machine reaches it.',
    well: 'Every provider answers, and knows us',
    judge: ofProviders(({ failures }) => failures.map(({ setting, says }) => `${setting}: ${says}.`)),
  }),
  OPENAI_MODEL_UNKNOWN: check({
    severity: 'error',
    fault:
      'the key of OpenAI, or of the second provider, may not use its model, or there is none of that name (`--online` only)',
    mend: 'Set OPENAI_MODEL or OPENAI_FALLBACK_MODEL to a model that its key may use.',
    well: 'The model of the prompts may be used',
    judge: ofProviders(({ openAiModels, fallbackModels }, { OPENAI_MODEL, OPENAI_FALLBACK_MODEL = '' }) => {
      if (openAiModels === null && fallbackModels === null) return null;
      const problems: string[] = [];
      if (openAiModels && !openAiModels.includes(OPENAI_MODEL)) {
        problems.push(`OpenAI offers this key no model ${OPENAI_MODEL}.`);
      }
      // Not everybody who speaks this protocol lists models.
      if (fallbackModels?.length && !fallbackModels.includes(OPENAI_FALLBACK_MODEL)) {
        problems.push(`OPENAI_FALLBACK_BASE_URL offers its key no model ${OPENAI_FALLBACK_MODEL}.`);
      }
      return problems;
    }),
  }),
  KIE_BALANCE_LOW: check({
    severity: 'warning',
    fault: 'less money at KIE.AI than `KIE_BALANCE_MIN_CREDITS` (`--online` only)',
    mend: 'Top up at https://kie.ai/billing, or set KIE_BALANCE_MIN_CREDITS lower.',
    well: 'There is money at KIE.AI',
    judge: ofProviders(
      ({ lowKieCredits }) =>
        lowKieCredits &&
        lowKieCredits.map((credits) => `The account of a key of KIE.AI has ${credits} credits.`),
    ),
  }),
  TELEGRAM_WEBHOOK_FOREIGN: check({
    severity: 'warning',
    fault:
      'Telegram sends the updates of our bot to somebody else (`--online` only); a start of ours takes them over',
    mend: 'End the other program that uses this BOT_TOKEN, or give it a bot of its own.',
    well: 'Telegram sends the updates to us, or to nobody yet',
    judge: ofProviders(({ webhook }) => {
      if (webhook === null) return null;
      return webhook.foreignHost === null ? [] : [`The bot’s webhook is at ${webhook.foreignHost}.`];
    }),
  }),
} satisfies Record<string, Check>;

function check(rest: Omit<Check, 'topic' | 'scope'>): Check {
  return { topic: 'providers', scope: 'everywhere', ...rest };
}

function ofProviders(judge: (providers: ProviderFacts, settings: Env) => readonly string[] | null) {
  return ({ providers, settings }: Facts) => providers && settings && judge(providers, settings);
}
