import type { Bill } from '../../sandbox/demo/shopping.js';
import type { FailureReason } from '../../src/modules/jobs/index.js';
import type { TranslationKey } from '../../src/modules/telegram/light.js';
import type { Scene } from './scene.js';

/** Who fails. */
export type Provider = 'KIE' | 'Telegram' | 'OpenAI' | 'YooKassa';

/** Who wrote the prompt of a video. */
export type PromptSource = 'openai' | 'openai_fallback' | 'template';

/** What came of a class for one customer. */
export type Result =
  /** The video came; `tasks` were made at KIE for it, one of them paid, and the chat holds it so many times. */
  | { kind: 'video'; tasks: number; videos: number; prompt?: PromptSource }
  /** No video came, the credit is back, and the person was told why, once. */
  | { kind: 'refunded'; reason: FailureReason; tasks: number; paid: number }
  /** Failed and refunded as above, and the video came later as a present. */
  | { kind: 'present'; reason: FailureReason; tasks: number }
  /** The video is made and waits for a person who has left. */
  | { kind: 'parked'; tasks: number }
  /** Nothing was started or charged, and the person was told this. */
  | { kind: 'turned_away'; text: TranslationKey }
  /** The conversation went on. */
  | { kind: 'goes_on' }
  /** One payment, paid and credited once. */
  | { kind: 'paid' }
  /** Nothing was paid, and the person was told this. */
  | { kind: 'not_paid'; text: TranslationKey }
  /** The money went back once, and the credits with it. */
  | { kind: 'money_back' }
  /** The money stayed where it is, and operators know. */
  | { kind: 'no_money_back' };

/** What the customer does, up to where the fault is met. */
export type Visit = 'order' | 'talk' | 'buy' | 'refund';

/** What is arranged with the fakes, and when. */
export interface Arrangement {
  /** Before the person orders, buys, taps, or asks for money back. */
  before?: (scene: Scene) => void;
  /** The order is confirmed, its prompt is still being written. */
  ordered?: (scene: Scene, jobId: string) => void;
  /** KIE has just made a task. */
  filmed?: (scene: Scene, taskId: string) => void;
  /** YooKassa has just made a refund. */
  refunded?: (scene: Scene, refundId: string) => void;
  /** The bill is in the chat; without this, its person pays it. */
  billed?: (scene: Scene, bill: Bill) => void;
  /** The visit is over. */
  after?: (scene: Scene) => void | Promise<void>;
}

/** One way in which a provider fails, and what must come of it for the person. */
export interface FaultClass extends Arrangement {
  /** By which it is told: `kie-create-404`. */
  name: string;
  provider: Provider;
  /** The call that meets it. */
  call: string;
  /** What goes wrong, in words. */
  fault: string;
  visit: Visit;
  must: Result;
  /**
   * What it changes for others who come meanwhile: which of our keys or models are in use, who writes prompts, or everything. Classes
   * that change the same are played one after the other, and `everything` alone.
   */
  changes?: 'keys' | 'models' | 'prompts' | 'everything';
  /** Of what it changes only the first customer would meet the fault: each comes to healthy providers, when the one before has gone. */
  alone?: boolean;
  /** Words in the description that the fakes obey. */
  words?: string;
  /** Errors that operators must find in the logs because of it: each is seen at least once. */
  alarms?: readonly RegExp[];
  /** Such errors where it depends on which of two ways is faster. */
  mayAlarm?: readonly RegExp[];
}
