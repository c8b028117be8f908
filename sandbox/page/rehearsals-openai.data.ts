import { ALWAYS, held, planned, type RehearsalPlan } from './trouble.js';

/** What OpenAI can do next. */
export const OPENAI_REHEARSALS: readonly RehearsalPlan[] = [
  {
    id: 'openai-quota',
    provider: 'openai',
    title: 'OpenAI is out of quota',
    expected:
      'OpenAI is asked once and then left alone for five minutes or more; templates write the prompts, videos are made as before. The operator is told once.',
    lasts: 'until_off',
    begin: ({ openAi }) =>
      planned(openAi.plans, { kind: 'insufficient_quota' as const, ...ALWAYS }, (fault) =>
        openAi.failNext(fault),
      ),
  },
  {
    id: 'openai-silent',
    provider: 'openai',
    title: 'OpenAI does not answer the next call',
    expected: 'The call is given up in time, and the template writes the prompt.',
    lasts: 'once',
    begin: ({ openAi }) =>
      planned(openAi.plans, { kind: 'hang' as const }, (fault) => openAi.failNext(fault)),
  },
  {
    id: 'openai-people',
    provider: 'openai',
    title: 'OpenAI sees a person and a brand in every photo',
    expected: 'The person is warned before they pay, and can send another photo.',
    lasts: 'until_off',
    begin: ({ openAi }) => {
      openAi.setSight({ people: true, brand: 'Acme' });
      return held(() => openAi.setSight(null));
    },
  },
];
