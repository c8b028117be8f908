import { Injectable } from '@nestjs/common';
import { TelegramClient, type StarTransaction } from '../../telegram/index.js';
import type { ReconciliationRun } from './reconciliation-run.js';

/** Pages of 100 movements, back and forth together. */
const PAGES_MAX = 1_000;
const PAGE_ITEMS_MAX = 100;

/** A stretch of the bot's movements of Stars, oldest first. */
export interface StarStretch {
  transactions: StarTransaction[];
  /** Where the list goes on. */
  nextOffset: number;
  /** Why it is not all that was asked for. */
  incomplete: string[];
}

/** Reads the list of Stars, which can be asked for by position only. @see https://core.telegram.org/bots/api#getstartransactions */
@Injectable()
export class StarListReader {
  constructor(private readonly telegram: TelegramClient) {}

  /**
   * Everything from where the last report left off, and before that a page at least and whatever is not older than `since`.
   *
   * @throws TelegramError
   */
  async read(
    run: ReconciliationRun,
    { offset, since }: { offset: number; since: Date },
  ): Promise<StarStretch> {
    const reading = { run, pagesLeft: PAGES_MAX, end: 0 };
    const incomplete: string[] = [];
    const older: StarTransaction[][] = [];
    let start = offset;
    while (start > 0 && reading.pagesLeft > 0) {
      const limit = Math.min(start, PAGE_ITEMS_MAX);
      start -= limit;
      const page = await this.readPage(reading, { offset: start, limit });
      older.push(page);
      const [oldest] = page;
      if (oldest && isBefore(oldest, since)) break;
    }
    if (start > 0 && reading.pagesLeft === 0) incomplete.push(`more than ${PAGES_MAX} pages of older Stars`);
    const newer = await this.readOn(reading, offset);
    if (newer.isCut) incomplete.push(`more than ${PAGES_MAX} pages of Stars; the next report goes on there`);
    const transactions = [...older.toReversed(), ...newer.pages].flat();
    return { transactions, nextOffset: reading.end, incomplete };
  }

  private async readOn(
    reading: Reading,
    from: number,
  ): Promise<{ pages: StarTransaction[][]; isCut: boolean }> {
    const pages: StarTransaction[][] = [];
    let offset = from;
    while (reading.pagesLeft > 0) {
      const page = await this.readPage(reading, { offset, limit: PAGE_ITEMS_MAX });
      pages.push(page);
      offset += page.length;
      if (page.length < PAGE_ITEMS_MAX) return { pages, isCut: false };
    }
    return { pages, isCut: true };
  }

  private async readPage(
    reading: Reading,
    page: { offset: number; limit: number },
  ): Promise<StarTransaction[]> {
    await reading.run.step();
    reading.pagesLeft -= 1;
    const transactions = await this.telegram.listStarTransactions(page);
    // Not simply the last offset: behind another token the list is another, shorter one.
    if (transactions.length > 0) reading.end = Math.max(reading.end, page.offset + transactions.length);
    return transactions;
  }
}

interface Reading {
  run: ReconciliationRun;
  pagesLeft: number;
  /** Behind the last movement that was seen. */
  end: number;
}

/** A movement's date is in whole seconds. */
function isBefore({ dateS }: StarTransaction, since: Date): boolean {
  return (dateS + 1) * 1000 < since.getTime();
}
