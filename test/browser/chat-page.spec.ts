import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAsset } from '../../sandbox/assets/index.js';
import { describeInBrowser, findBarriers, launchBrowser, openPage, type WatchedPage } from './browser.js';
import { build, copyClone, Program } from '../process/programs.js';

/** A video takes a second. */
const SCALE = '100';
const PATIENCE_MS = 25_000;
const TABS_MAX = 200;
const PHONE = { width: 390, height: 844 };

let clone: Awaited<ReturnType<typeof copyClone>>;
let sandbox: Program;
let browser: Browser;
let watched: WatchedPage;
let page: Page;
let chat: Locator;
let panel: Locator;

async function startEverything(): Promise<void> {
  await build();
  clone = await copyClone();
  sandbox = Program.start(['scripts/start.mjs'], {
    cwd: clone.path,
    env: { HOME: process.env.HOME, PORT: '0', SANDBOX_PAGE_PORT: '0', SANDBOX_TIME_SCALE: SCALE },
  });
  const [[, url = ''], opened] = await Promise.all([
    sandbox.says(/the chat page\s+(http:\S+)/),
    launchBrowser(),
  ]);
  browser = opened;
  watched = await openPage(browser, { viewport: { width: 1200, height: 700 }, locale: 'en-US' });
  page = watched.page;
  page.setDefaultTimeout(PATIENCE_MS);
  await page.goto(url);
  chat = page.getByRole('log');
  panel = page.getByRole('region', { name: 'Behind the curtain' });
}

/** The bot's newest message. */
const newest = (): Locator => chat.locator('article[data-from="bot"]').last();

/** Writes the command, as the menu's button may be far up. */
async function openMenu(): Promise<void> {
  await page.getByRole('textbox', { name: 'Message' }).fill('/menu');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await says('Which product are we filming?');
}

/** Waits until the newest message says so. */
const says = (text: string): Promise<void> => newest().getByText(text).first().waitFor();

/** Taps a button under the newest message. */
const tap = (name: string | RegExp): Promise<void> => newest().getByRole('button', { name }).click();

const open = (name: string): Promise<void> => panel.getByRole('tab', { name }).click();

/** From the photo's step to the confirmation, with a sample product and its own description. */
async function describeProduct(sample: RegExp, videos: number): Promise<void> {
  await says('Send one photo of the product');
  await page.getByRole('button', { name: 'Sample products' }).click();
  await page.getByRole('menuitem', { name: sample }).click();
  await says('Tell me about the product');
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
  await tap(/Commercial/);
  await tap(/No wishes/);
  await tap(/^Grok/);
  await tap(new RegExp(`^Videos: ${videos}`));
  await tap(/Start for/);
}

/** Waits until the chat holds so many videos, and returns the newest. */
async function seesVideos(count: number): Promise<Locator> {
  const videos = chat.locator('article[data-from="bot"] video');
  await videos.nth(count - 1).waitFor();
  return videos.nth(count - 1);
}

const balanceIs = (credits: number): Promise<void> =>
  panel.getByRole('button', { name: `Balance ${credits}`, exact: true }).waitFor();

/** Each goes on where the one before it ended: one person, one chat. */
describeInBrowser('the chat page in a browser', () => {
  beforeAll(startEverything);

  afterAll(async () => {
    await browser?.close();
    await sandbox?.destroy();
    await clone?.remove();
  });

  it('shows nobody before it shows who speaks the language of the reader', async () => {
    const other = await openPage(browser, { locale: 'en-US' });
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const asked = new Promise<void>((resolve) => {
      void other.page.route(/api\/events\?personId=/, async (route) => {
        resolve();
        await released;
        await route.continue();
      });
    });
    await other.page.goto(page.url());
    await asked;
    const start = other.page.getByRole('button', { name: 'START', exact: true });
    expect(await start.count()).toBe(0);
    release();
    await start.waitFor({ timeout: PATIENCE_MS });
    expect(await other.page.getByRole('log').getAttribute('lang')).toBe('en');
    await other.close();
  });

  it('makes a video of a photo, which plays', async () => {
    await page.getByRole('button', { name: 'START', exact: true }).click();
    await tap(/I agree/);
    await tap(/Fresh content/);
    await tap(/Product card/);
    const before = await countExamples();
    await describeProduct(/mug/i, 1);
    const video = await seesVideos(before + 1);
    const playedS = await video.evaluate(async (element) => {
      const player = element as HTMLVideoElement;
      player.muted = true;
      await player.play();
      await new Promise<void>((resolve) => {
        player.addEventListener('timeupdate', () => player.currentTime > 0.5 && resolve());
      });
      player.pause();
      return player.currentTime;
    });
    expect(playedS).toBeGreaterThan(0.5);
    await balanceIs(1);
    await open('Jobs');
    await panel.getByText('The video is in the chat.').waitFor();
  });

  it('gives the credit back when a switch made KIE refuse, and says why', async () => {
    await open('Rehearse');
    const refusal = panel.getByRole('switch', { name: /moderation refuses the next text/ });
    await refusal.click();
    await panel.getByRole('button', { name: 'Failures on 1' }).waitFor();
    await openMenu();
    await tap(/Fresh content/);
    await tap(/Product card/);
    await describeProduct(/lamp/i, 1);
    await says('The video service did not let the text through');
    await panel.getByRole('button', { name: 'Failures on 0' }).waitFor();
    expect(await refusal.getAttribute('aria-checked')).toBe('false');
    await open('Account');
    await panel.getByRole('row', { name: /Credit given back/ }).waitFor();
    await balanceIs(1);
    await open('Calls');
    await panel
      .getByRole('button', { name: /createTask/ })
      .first()
      .waitFor();
  });

  it('buys credits by a test card, in the chat', async () => {
    await openMenu();
    await tap(/My account/);
    await tap(/Top up/);
    await tap(/: 5 credits/);
    await tap(/By card/);
    await tap(/Pay/);
    const checkout = page.getByRole('dialog').frameLocator('iframe');
    await checkout.getByRole('button', { name: 'Оплатить' }).waitFor();
    for (const frame of page.frames()) expect(await findBarriers(frame), frame.url()).toEqual([]);
    await checkout.getByRole('button', { name: 'Оплатить' }).click();
    await says('The payment went through');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await balanceIs(6);
  });

  it('makes three videos in one order', async () => {
    const before = await countExamples();
    await openMenu();
    await tap(/Fresh content/);
    await tap(/Reels/);
    await describeProduct(/backpack/i, 3);
    await seesVideos(before + 3);
    await balanceIs(3);
  });

  it('plays a story of the demo at one click, before the eyes of whoever clicked', async () => {
    await open('Rehearse');
    await panel.getByRole('switch', { name: /OpenAI is out of quota/ }).click();
    await panel.getByRole('button', { name: 'Failures on 1' }).waitFor();
    await panel.getByRole('button', { name: 'Play second-start' }).click();
    await panel.getByRole('button', { name: 'Failures on 0' }).waitFor();
    const story = panel.getByRole('listitem').filter({ hasText: 'second-start' });
    await story.getByText('Kept', { exact: true }).waitFor();
    // Who plays it writes Russian, and their chat is the one that is shown.
    expect(await chat.getAttribute('lang')).toBe('ru');
    await chat.getByText('/start').first().waitFor();
  });

  it('takes photos by a button, from the clipboard, and dropped, as an album and as a file', async () => {
    const photo = { name: 'mug.jpg', mimeType: 'image/jpeg', buffer: readAsset('photos/mug.jpg') };
    await page.getByLabel('Photo', { exact: true }).setInputFiles([photo, { ...photo, name: 'same.jpg' }]);
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Caption' }).fill('Both sides');
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await chat.getByText('Both sides').waitFor();
    const album = chat.locator('article[data-from="person"]').last();
    await album
      .getByRole('button', { name: /Open the photo/ })
      .nth(1)
      .waitFor();
    await handOver('paste', photo.buffer.toString('base64'));
    await dialog.getByRole('checkbox', { name: 'Send as a file' }).check();
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await chat.locator('article[data-kind="document"]').waitFor();
    await handOver('dragover', photo.buffer.toString('base64'));
    await handOver('drop', photo.buffer.toString('base64'), page.getByText('Drop here to send as a photo'));
    await dialog.getByRole('img', { name: 'clip.jpg' }).waitFor();
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('Drop here to send as a photo').waitFor({ state: 'detached' });
  });

  it('lets a worker be killed and goes on', async () => {
    await open('Rehearse');
    await panel.getByRole('button', { name: 'Kill the worker' }).click();
    await panel.getByText(/^Killed .* It took/).waitFor();
    await panel.getByRole('button', { name: /^Running/ }).waitFor();
  });

  it('is used by the keyboard alone, by one more person, who blocks the bot and comes back', async () => {
    await reach(page.getByRole('button', { name: 'Add a person' }));
    await page.keyboard.press('Enter');
    await page.keyboard.type('Zoë');
    await page.keyboard.press('Enter');
    await reach(page.getByRole('button', { name: 'START', exact: true }));
    await page.keyboard.press('Enter');
    await says('Zoë');
    await reach(page.getByRole('textbox', { name: 'Message' }));
    await page.keyboard.type('/');
    await page.getByRole('option', { name: /terms/ }).waitFor();
    await page.keyboard.type('terms');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await chat.getByText('/terms').waitFor();
    await reach(page.getByRole('button', { name: 'More' }));
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Block the bot' }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await reach(page.getByRole('button', { name: 'UNBLOCK', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
  });

  it('has no barriers, neither light nor dark, nor on a phone', async () => {
    for (const theme of ['dark', 'light']) {
      await page.getByRole('button', { name: `Switch to the ${theme} theme` }).click();
      for (const tab of ['Account', 'Jobs', 'Calls', 'Rehearse']) {
        await open(tab);
        expect(await findBarriers(page), `${theme} ${tab}`).toEqual([]);
      }
    }
    await page.setViewportSize(PHONE);
    expect(await findBarriers(page), 'phone').toEqual([]);
  });

  it('has said nothing on the console, and every request was answered', () => {
    expect(watched.troubles).toEqual([]);
  });
});

/** Hands a JPEG over as a browser does at a paste or a drop. */
async function handOver(type: 'paste' | 'dragover' | 'drop', base64: string, target = chat): Promise<void> {
  await target.evaluate(
    (element, event) => {
      const bytes = Uint8Array.from(atob(event.base64), (character) => character.charCodeAt(0));
      const files = new DataTransfer();
      files.items.add(new File([bytes], 'clip.jpg', { type: 'image/jpeg' }));
      const how = { bubbles: true, cancelable: true };
      element.dispatchEvent(
        event.type === 'paste'
          ? new ClipboardEvent('paste', { ...how, clipboardData: files })
          : new DragEvent(event.type, { ...how, dataTransfer: files }),
      );
    },
    { type, base64 },
  );
}

/** Goes to an element by Tab, as a person without a mouse does. */
async function reach(target: Locator): Promise<void> {
  await target.waitFor();
  for (let pressed = 0; pressed < TABS_MAX; pressed += 1) {
    if (await target.evaluate((element) => element.matches(':focus'))) return;
    await page.keyboard.press('Tab');
  }
  expect.fail(`Not reached by ${TABS_MAX} times Tab: ${String(target)}`);
}

/** Videos that are there before any order: the welcome's examples. */
function countExamples(): Promise<number> {
  return chat.locator('article[data-from="bot"] video').count();
}
