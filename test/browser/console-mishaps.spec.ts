import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ConsoleWorld, PASSWORD } from '../console/console-world.js';
import { createAuditedWorld, type AuditedWorld } from '../credits/audited-world.js';
import { build } from '../process/programs.js';
import { createTestDatabase } from '../support/database.js';
import { waitFor } from '../support/wait-for.js';
import { describeInBrowser, findBarriers, launchBrowser, openPage } from './browser.js';

const PATIENCE_MS = 20_000;

let world: ConsoleWorld;
let filled: AuditedWorld;
let browser: Browser;
let page: Page;

const dialog = (): Locator => page.getByRole('dialog');
const loginDialog = (): Locator => page.getByRole('dialog', { name: 'Your session has ended' });
const grantButton = (): Locator => page.getByRole('button', { name: 'Grant credits' });

async function startEverything(): Promise<void> {
  const [db, opened] = await Promise.all([createTestDatabase(), launchBrowser(), build()]);
  browser = opened;
  filled = await createAuditedWorld(db);
  await db.query(`update jobs set video_file_id = 'sent-once', wake_at = null where id = $1`, [
    filled.jobs.completed,
  ]);
  world = await ConsoleWorld.start(db);
  // What goes wrong is meant here, so that troubles are not looked at.
  page = (await openPage(browser, { viewport: { width: 1280, height: 800 } })).page;
  page.setDefaultTimeout(PATIENCE_MS);
}

async function enterPassword(): Promise<void> {
  await page.getByLabel('Password').fill(PASSWORD);
  await page.keyboard.press('Enter');
}

async function logInAgain(): Promise<void> {
  await loginDialog().waitFor();
  await enterPassword();
  await loginDialog().waitFor({ state: 'detached' });
}

/** Loads the page anew, at a screen; logs in where that is wanted. */
async function open(hash: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(`${await world.app.getUrl()}/console#/${hash}`);
  await page.locator('main h1').first().waitFor();
  if ((await page.getByLabel('Password').count()) === 0) return;
  await page.getByLabel('Your name').fill('Olga');
  await enterPassword();
  await page.getByRole('button', { name: 'Log out' }).waitFor();
}

async function balance(): Promise<number> {
  const [row] = await world.db.query<{ credits: number }>('select credits from users where id = $1', [
    filled.user.id,
  ]);
  return row?.credits ?? NaN;
}

/** The next action is done, but nobody hears of it. */
async function loseNextAnswer(): Promise<void> {
  await page.route(
    '**/console/api/actions',
    async (route) => {
      await route.fetch();
      await route.abort();
    },
    { times: 1 },
  );
}

async function grantUnheard(credits: number, reason: string): Promise<void> {
  await loseNextAnswer();
  await grantButton().click();
  await dialog().getByLabel('Credits').fill(String(credits));
  await dialog().getByLabel('Reason').fill(reason);
  await dialog().getByRole('button', { name: 'Grant credits' }).click();
  await dialog().getByText('Perhaps it was done').waitFor();
}

/** Tries the grant again, as it stands in its dialog. */
async function grantAgain(reason: string): Promise<void> {
  expect(await dialog().getByLabel('Reason').inputValue()).toBe(reason);
  await dialog().getByRole('button', { name: 'Grant credits' }).click();
  await dialog().getByText('The try before had done it. Given; the balance is').waitFor();
  await dialog().getByRole('button', { name: 'Done' }).click();
}

describeInBrowser('the console when something goes wrong', () => {
  beforeAll(startEverything);

  afterEach(() => page.unrouteAll());

  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  });

  it('does a wish once, though its answer was lost and the session ended before the next try', async () => {
    await open(`people/${filled.user.id}`);
    const before = await balance();
    await grantUnheard(7, 'For the trouble');
    await world.db.query('update console_sessions set expires_at = now()');
    await dialog().getByRole('button', { name: 'Grant credits' }).click();
    await loginDialog().waitFor();
    expect(await findBarriers(page)).toEqual([]);
    // Nothing but the password closes it.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await logInAgain();
    await grantAgain('For the trouble');
    expect(await balance()).toBe(before + 7);
    expect(await page.getByText('Your session has ended').count()).toBe(0);
  });

  it.each([
    ['by Esc', () => page.keyboard.press('Escape')],
    ['with “Leave it”', () => dialog().getByRole('button', { name: 'Leave it' }).click()],
    ['by loading the page anew', () => open(`people/${filled.user.id}`)],
  ])('does a wish once, though it was left %s before its answer was known', async (_way, leave) => {
    await open(`people/${filled.user.id}`);
    const before = await balance();
    await grantUnheard(3, 'It took too long');
    await leave();
    await dialog().waitFor({ state: 'detached' });
    await grantButton().click();
    expect(await dialog().getByLabel('Credits').inputValue()).toBe('3');
    await dialog().getByText('Perhaps it was done').waitFor();
    await grantAgain('It took too long');
    expect(await balance()).toBe(before + 3);
    await grantButton().click();
    expect(await dialog().getByLabel('Reason').inputValue()).toBe('');
    await page.keyboard.press('Escape');
  });

  it('keeps a form that was refused because the session had ended, and does it after the login', async () => {
    await open(`people/${filled.user.id}`);
    const before = await balance();
    await grantButton().click();
    await world.db.query('update console_sessions set expires_at = now()');
    await dialog().getByLabel('Reason').fill('For the wait');
    await dialog().getByRole('button', { name: 'Grant credits' }).click();
    await logInAgain();
    await dialog().getByLabel('Credits').fill('2');
    await dialog().getByRole('button', { name: 'Grant credits' }).click();
    await dialog().getByText('Given; the balance is').waitFor();
    expect(await balance()).toBe(before + 2);
  });

  it('closes a dialog by a click beside it, but by no slip of the mouse and not with a text in it', async () => {
    await open(`people/${filled.user.id}`);
    await grantButton().click();
    await page.mouse.click(20, 400);
    await dialog().waitFor({ state: 'detached' });
    await grantButton().click();
    const box = await dialog().getByLabel('Reason').boundingBox();
    const { x, y } = box ?? { x: NaN, y: NaN };
    await page.mouse.move(x + 150, y + 15);
    await page.mouse.down();
    await page.mouse.move(20, y + 15, { steps: 5 });
    await page.mouse.up();
    expect(await dialog().count()).toBe(1);
    await dialog().getByLabel('Reason').fill('Some long thought');
    await page.mouse.click(20, 400);
    expect(await dialog().getByLabel('Reason').inputValue()).toBe('Some long thought');
  });

  it('shows who did it, though the job itself did not change', async () => {
    await open(`jobs/${filled.jobs.completed}`);
    await page.getByRole('button', { name: 'Deliver again' }).click();
    await dialog().getByLabel('Reason').fill('They deleted the chat');
    await dialog().getByRole('button', { name: 'Deliver again' }).click();
    await dialog().getByText('The video is on its way.').waitFor();
    await dialog().getByRole('button', { name: 'Done' }).click();
    await page.getByRole('region', { name: 'Operator actions' }).getByText('They deleted the chat').waitFor();
  });

  it('asks for nothing again as long as it waits for the answer, which it does not for ever', async () => {
    await open('checks');
    const other = await page.context().newPage();
    await other.clock.install();
    const asked = { times: 0 };
    // Which is never answered.
    await other.route('**/console/api/supply', () => void (asked.times += 1));
    await other.goto(`${await world.app.getUrl()}/console#/supply`);
    await waitFor(() => asked.times > 0, { what: 'the first request' });
    // A tick comes every 15 s; after 30 s a request is given up.
    await other.clock.runFor(25_000);
    expect(asked.times).toBe(1);
    await other.clock.runFor(25_000);
    await other.getByRole('alert').getByText('The console does not answer').waitFor();
    expect(asked.times).toBe(2);
    await other.close();
  });

  it('says that a logout did not come to be', async () => {
    await open('checks');
    await page.route('**/console/api/logout', (route) => route.abort());
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByRole('alert').getByText('You are still logged in').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.unrouteAll();
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Password').waitFor();
  });

  it('says that the browser kept no session', async () => {
    await page.route('**/console/api/login', async (route) => {
      const response = await route.fetch();
      const { 'set-cookie': _dropped, ...headers } = response.headers();
      await page.context().clearCookies();
      await route.fulfill({ response, headers });
    });
    await page.getByLabel('Your name').fill('Olga');
    await enterPassword();
    await page.getByRole('alert').getByText('The browser did not keep the session').waitFor();
    expect(await page.getByRole('button', { name: 'Log in' }).isVisible()).toBe(true);
  });
});
