import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { chromium, type Browser, type BrowserContextOptions, type Frame, type Page } from 'playwright-core';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Nothing but the page itself is to be talked to; Chromium as root needs its sandbox off. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** The browser of this machine: that of CHROMIUM_PATH, or where systems put it. */
export const chromiumPath = [process.env.CHROMIUM_PATH, ...PATHS].find((path) => path && existsSync(path));

/** As `describe`, of cases that need a browser: without one a skipped case says so, and where CI is set a failed one. */
export function describeInBrowser(name: string, cases: () => void): void {
  if (chromiumPath) return void describe(name, cases);
  const sentence = 'needs Chromium (Debian: apt-get install chromium), or its path in CHROMIUM_PATH';
  describe(name, () => {
    if (process.env.CI) it(sentence, () => expect.fail(`It ${sentence}`));
    else it.skip(sentence, () => undefined);
  });
}

/** Starts the browser. Only where `chromiumPath` is one. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath ?? '', args: ARGUMENTS });
}

/** A page, and everything that went wrong on it. */
export interface WatchedPage {
  page: Page;
  /** Errors and warnings of the console, errors that nobody caught, requests that failed or were answered 400 and above. */
  troubles: string[];
  close(): Promise<void>;
}

/** Opens an empty page of a context of its own. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<WatchedPage> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) troubles.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => troubles.push(`not caught: ${error.message}`));
  page.on('requestfailed', (request) => {
    const { errorText = '' } = request.failure() ?? {};
    // A page breaks off what it needs no more of: a stream when the person changes, a video of which it has enough, what a screen read.
    const isRead =
      /\/api\/(events|files\/)|\/console\/api\//.test(request.url()) && request.method() === 'GET';
    const isBrokenOff = errorText === 'net::ERR_ABORTED' && isRead;
    if (!isBrokenOff) troubles.push(`failed: ${request.url()} ${errorText}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) troubles.push(`${response.status()}: ${response.url()}`);
  });
  return { page, troubles, close: () => context.close() };
}

/**
 * What axe-core finds serious or critical on a page, or in a frame of it, as it is now. Frames are looked at by themselves.
 * https://github.com/dequelabs/axe-core
 */
export async function findBarriers(place: Page | Frame): Promise<string[]> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await place.evaluate(source);
  return place.evaluate(async () => {
    interface Axe {
      run(options: { iframes: boolean }): Promise<{
        violations: { id: string; impact: string; nodes: { target: string[] }[] }[];
      }>;
    }
    const { axe } = globalThis as unknown as { axe: Axe };
    const { violations } = await axe.run({ iframes: false });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
  });
}
