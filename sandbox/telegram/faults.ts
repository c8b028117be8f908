import { STATUS_CODES } from 'node:http';
import type { Plans } from '../plans.js';
import type { BotQuery } from './query.js';

/** What the next call of a method meets instead of, before, or after its effect. */
export interface Fault {
  /** The HTTP status to answer; with none of `status`, `hang` and `reset` the call is only slow. */
  status?: number;
  /** By default the status's official words; for 429 the words with the seconds. */
  description?: string;
  /** Sent in the body's parameters and as `Retry-After`. */
  retryAfterS?: number;
  /** Answered as it is, as `text/html`, instead of the JSON envelope: a proxy's error page, half a JSON. */
  body?: string;
  /** The call does its work first: the message is stored and shown, only the answer is lost or wrong. */
  afterEffect?: boolean;
  /** How many calls meet it; by default 1. */
  times?: number;
  /** How many matching calls pass untouched before it. */
  skip?: number;
  /** Only calls for this chat, or about what its person sent or tapped: `getFile`, `download`, `answerCallbackQuery`. */
  chatId?: number;
  /** Only calls with a caption: a finished video has one, an example in the welcome has none. */
  captioned?: boolean;
  /** True milliseconds to wait before anything else. */
  delayMs?: number;
  /** Never answers. */
  hang?: boolean;
  /** Cuts the connection without an answer. */
  reset?: boolean;
}

/** A fault that a call met. */
export interface MetFault extends Fault {
  method: string;
}

/** The pseudo-method of a download from `/file/bot<token>/…`. */
export const DOWNLOAD = 'download';

interface Planned {
  method: string;
  fault: Fault;
  skip: number;
  times: number;
}

/** The faults that are still to come. */
export class FaultPlan implements Plans {
  private planned: Planned[] = [];

  /** Plans a fault for a method, `download` or `*` for any method. */
  add(method: string, fault: Fault): void {
    this.planned.push({
      method: method.toLowerCase(),
      fault,
      skip: fault.skip ?? 0,
      times: fault.times ?? 1,
    });
  }

  isPlanned(plan: object): boolean {
    return this.planned.some(({ fault }) => fault === plan);
  }

  unplan(plan: object): void {
    this.planned = this.planned.filter(({ fault }) => fault !== plan);
  }

  clear(): void {
    this.planned = [];
  }

  /** The fault that this call meets, if any; it is used up. @param chatId whose call it is, as far as that is known. */
  take(query: BotQuery, chatId: number | null): MetFault | undefined {
    for (const planned of this.planned) {
      if (!matches(planned, query, chatId)) continue;
      if (planned.skip > 0) {
        planned.skip -= 1;
        continue;
      }
      planned.times -= 1;
      this.planned = this.planned.filter(({ times }) => times > 0);
      return { ...planned.fault, method: planned.method };
    }
    return undefined;
  }
}

/** The words of a faulty answer. */
export function faultDescription({ status = 500, description, retryAfterS }: Fault): string {
  if (description !== undefined) return description;
  if (status === 429) return `Too Many Requests: retry after ${retryAfterS ?? 1}`;
  return STATUS_CODES[status] ?? 'Unknown Error';
}

function matches({ method, fault }: Planned, query: BotQuery, chatId: number | null): boolean {
  if (method !== query.method && (method !== '*' || query.method === DOWNLOAD)) return false;
  if (fault.captioned && query.text('caption') === '') return false;
  return fault.chatId === undefined || fault.chatId === chatId;
}
