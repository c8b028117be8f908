import type { Update } from 'telegraf/types';
import { beforeEach, describe, expect, it } from 'vitest';
import { Metrics } from '../../platform/index.js';
import type { NoticesService } from '../notifications/index.js';
import { TelegramError, type TelegramClient } from '../telegram/index.js';
import { BotHealth } from './bot-health.js';
import type { PollLock } from './poll-lock.js';
import { TelegramPoller } from './telegram-poller.js';
import type { IntakeOutcome, UpdateIntake } from './update-intake.js';

const conflict = () =>
  new TelegramError('getUpdates', { meaning: 'conflict', retryable: true }, '409 Conflict');
const update = (id: number) => ({ update_id: id }) as Update;

/** A session of polling, with what its neighbours say; it ends when the lock cannot be proven any more. */
class Session {
  /** What `getUpdates` answers, one after the other. */
  answers: (Update[] | Error)[] = [];
  /** Whether the lock is still ours, one after the other; in the end it is not. */
  proofs: boolean[] = [];
  webhook = '';
  outcome: IntakeOutcome = { kind: 'done' };
  readonly offsets: number[] = [];
  readonly accepted: number[] = [];
  readonly told: unknown[] = [];
  readonly problems: (string | null)[] = [];
  readonly heard: string[] = [];

  async play(): Promise<this> {
    await this.poller()['pollWith'](this.lock(), new AbortController().signal);
    return this;
  }

  private poller(): TelegramPoller {
    const telegram = {
      getUpdates: ({ offset }: { offset: number }) => {
        this.offsets.push(offset);
        const answer = this.answers.shift() ?? [];
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
      getWebhookInfo: () => Promise.resolve({ url: this.webhook }),
    };
    const intake = {
      accept: ({ update_id: id }: Update) => Promise.resolve(this.accepted.push(id)).then(() => this.outcome),
    };
    const health = new BotHealth(new Metrics());
    health.noteHeard = () => void this.heard.push('heard');
    health.noteSilence = () => void this.heard.push('silent');
    const report = health.report.bind(health);
    health.report = (part, problem) => {
      this.problems.push(problem);
      return report(part, problem);
    };
    return new TelegramPoller(
      telegram as unknown as TelegramClient,
      intake as unknown as UpdateIntake,
      health,
      {
        alertOperators: (payload: unknown) => Promise.resolve(void this.told.push(payload)),
      } as unknown as NoticesService,
      {
        ...{ BOT_TOKEN: '1:x', DATABASE_URL: '', PUBLIC_BASE_URL: 'https://us.example' },
        ...{ TELEGRAM_POLL_TIMEOUT_S: 1, TELEGRAM_POLL_LEASE_MS: 1, TELEGRAM_CONFLICT_PAUSE_MS: 1 },
      },
    );
  }

  private lock(): PollLock {
    const lock = {
      lost: new AbortController().signal,
      prove: () => Promise.resolve(this.proofs.shift() ?? false),
      release: () => Promise.resolve(),
    };
    return lock as unknown as PollLock;
  }
}

let session: Session;
beforeEach(() => {
  session = new Session();
});

describe('polling', () => {
  it('F-70 asks Telegram only while the right to it is proven', async () => {
    Object.assign(session, { proofs: [true, true, false, true], answers: [[update(5)], [update(6)]] });
    expect((await session.play()).offsets).toEqual([0, 6]);
    expect(session.accepted).toEqual([5, 6]);
  });

  it('gives an update up after 5 tries while Telegram takes no answer to it', async () => {
    session.outcome = { kind: 'again', afterMs: 1, awaits: 'telegram' };
    Object.assign(session, { proofs: [true, true], answers: [[update(5)]] });
    expect((await session.play()).accepted).toEqual([5, 5, 5, 5, 5]);
    expect(session.offsets).toEqual([0, 6]);
  });
});

describe('how long Telegram has not been heard', () => {
  it('is told from the first look on, is not ended by a failure, and not told by who polls no more', async () => {
    const unauthorized = new TelegramError(
      'getUpdates',
      { meaning: 'unauthorized', retryable: false },
      '401',
    );
    Object.assign(session, { proofs: [true, true], answers: [unauthorized, [update(5)]] });
    expect((await session.play()).heard).toEqual(['heard', 'heard', 'silent']);
  });
});

describe('a conflict', () => {
  it.each<[string, string, unknown[]]>([
    ['another program polls', '', [{ kind: 'second_poller' }]],
    ['the webhook was set', 'https://them.example/secret', [{ kind: 'webhook_taken', host: 'them.example' }]],
    ['our own process with a webhook', 'https://us.example/telegram/webhook', []],
  ])('F-70 is told to operators and to readiness: %s', async (_what, webhook, told) => {
    Object.assign(session, { webhook, proofs: [true, true], answers: [conflict()] });
    expect((await session.play()).told).toEqual(told);
    expect(session.problems).toEqual(['another program uses the token of this bot', null]);
  });

  it('F-70 with the process that took over from us is none', async () => {
    Object.assign(session, { proofs: [true, false], answers: [conflict()] });
    expect(await session.play()).toMatchObject({ told: [], problems: [null], offsets: [0] });
  });
});
