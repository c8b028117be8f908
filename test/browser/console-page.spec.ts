import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ConsoleWorld, PASSWORD } from '../console/console-world.js';
import { createAuditedWorld, type AuditedWorld } from '../credits/audited-world.js';
import { build } from '../process/programs.js';
import { createTestDatabase } from '../support/database.js';
import { describeInBrowser, findBarriers, launchBrowser, openPage, type WatchedPage } from './browser.js';

const PATIENCE_MS = 20_000;
/** Which hold every colour between them. */
const IN_THE_DARK = /^$|^jobs\/|^supply$/;
const PHONE = { width: 360, height: 740 };

let world: ConsoleWorld;
let filled: AuditedWorld;
let browser: Browser;
let watched: WatchedPage;
let page: Page;

async function startEverything(): Promise<void> {
  const [db, opened] = await Promise.all([createTestDatabase(), launchBrowser(), build()]);
  browser = opened;
  filled = await createAuditedWorld(db);
  await db.query(`update users set first_name = 'Анна', username = 'anna_sells' where id = $1`, [
    filled.user.id,
  ]);
  world = await ConsoleWorld.start(db, { KIE_CREDIT_PRICE_KOPECKS: '42' });
  watched = await openPage(browser, { viewport: { width: 1280, height: 800 }, colorScheme: 'light' });
  page = watched.page;
  page.setDefaultTimeout(PATIENCE_MS);
}

/** Opens a screen and waits until it has read what it shows. */
async function goTo(hash: string): Promise<void> {
  await page.goto(`${await world.app.getUrl()}/console#/${hash}`);
  await page.locator('main h1').first().waitFor();
  await page.locator('main .waiting').first().waitFor({ state: 'detached' });
}

const screens = (): string[] => [
  ...['', 'jobs', 'people', 'payments', 'supply', 'switches', 'actions', 'checks'],
  `jobs/${filled.jobs.completed}`,
  `jobs/${filled.jobs.failed}`,
  `people/${filled.user.id}`,
  `payments/${filled.payments.completed}`,
];

const dialog = (): Locator => page.getByRole('dialog');

/** Writes a reason into the open dialog and presses its button. */
async function confirm(name: string, reason: string): Promise<void> {
  await dialog().getByLabel('Reason').fill(reason);
  await dialog().getByRole('button', { name, exact: true }).click();
}

/** Each goes on where the one before it ended: one operator, one session. */
describeInBrowser('the console in a browser', () => {
  beforeAll(startEverything);

  afterAll(async () => {
    await browser?.close();
    await world?.stop();
  });

  it('lets nobody in but with the password', async () => {
    await page.goto(`${await world.app.getUrl()}/console#/jobs`);
    await page.getByLabel('Your name').fill('Olga');
    await page.getByLabel('Password').fill('not the password');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').getByText('That is not the password.').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    // The refusal is one, and is meant.
    expect(watched.troubles.splice(0)).toHaveLength(2);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
    expect(await page.evaluate(() => document.cookie)).toBe('');
  });

  it('leads from what waits to those who wait, and to no other', async () => {
    await goTo('');
    const row = page
      .getByRole('region', { name: 'Jobs that wait, by their step' })
      .locator('tbody tr')
      .first();
    await page.getByRole('figure').filter({ hasText: 'Age of the oldest order, by step' }).waitFor();
    const [, count] = await row.getByRole('cell').allInnerTexts();
    await row.getByRole('link').click();
    await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor();
    const found = page.getByRole('region', { name: 'Jobs' }).locator('tbody tr');
    await found.first().waitFor();
    expect(await found.count()).toBe(Number(count));
    expect(await page.getByRole('combobox', { name: 'Only' }).inputValue()).toBe('open');
    await goTo('jobs');
  });

  it('finds a job by its person, fails and refunds it, and shows who did it', async () => {
    await page.getByRole('searchbox', { name: 'Search' }).fill('@anna_sells');
    await page.getByRole('combobox', { name: 'Status' }).selectOption('Queued');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: filled.jobs.queued.slice(0, 8) }).click();
    await page.getByRole('button', { name: 'Fail and refund' }).click();
    await dialog().getByText('Анна gets 1 credit back').waitFor();
    expect(await findBarriers(page)).toEqual([]);
    await page.keyboard.press('Escape');
    expect(
      await page
        .getByRole('button', { name: 'Fail and refund' })
        .evaluate((one) => one === document.activeElement),
    ).toBe(true);
    await page.keyboard.press('Enter');
    await confirm('Fail and refund', 'The customer ordered it twice');
    await dialog().getByText('Failed; 1 credit went back.').waitFor();
    await dialog().getByRole('button', { name: 'Done' }).click();
    const done = page.getByRole('region', { name: 'Operator actions' });
    await done.getByText('The customer ordered it twice').waitFor();
    await done.getByText('console:Olga').waitFor();
    await page.getByRole('region', { name: 'Credits' }).getByText('Credit given back').waitFor();
  });

  it('grants credits once, though the first answer was lost', async () => {
    await goTo(`people/${filled.user.id}`);
    let asked = 0;
    await page.route('**/console/api/actions', async (route) => {
      asked += 1;
      if (asked > 1) return route.continue();
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: 'Grant credits' }).click();
    await dialog().getByLabel('Credits', { exact: false }).first().fill('7');
    await confirm('Grant credits', 'For the trouble of last week');
    await dialog().getByText('Perhaps it was done').waitFor();
    await dialog().getByRole('button', { name: 'Grant credits' }).click();
    await dialog().getByText('Given; the balance is').waitFor();
    expect(asked).toBe(2);
    await page.unroute('**/console/api/actions');
    await dialog().getByRole('button', { name: 'Done' }).click();
    await page.getByRole('region', { name: 'Statement' }).getByText('+7').waitFor();
    expect(await page.getByRole('region', { name: 'Statement' }).getByText('+7').count()).toBe(1);
    await goTo('actions');
    const rows = page.getByRole('region', { name: 'Operator actions' }).locator('tbody tr');
    await rows.filter({ hasText: 'credits granted' }).getByText('For the trouble of last week').waitFor();
    expect(await rows.count()).toBe(2);
    expect(watched.troubles.splice(0).join()).toMatch(/actions/);
  });

  it('has no barriers, in the light and in the dark, and fits a phone', async () => {
    for (const screen of screens()) {
      await goTo(screen);
      expect(await findBarriers(page), screen).toEqual([]);
    }
    await page.setViewportSize(PHONE);
    await page.emulateMedia({ colorScheme: 'dark' });
    for (const screen of screens()) {
      await goTo(screen);
      const isWider = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect(isWider, `${screen} on a phone`).toBe(false);
      if (IN_THE_DARK.test(screen)) expect(await findBarriers(page), `${screen} in the dark`).toEqual([]);
    }
    expect(watched.troubles).toEqual([]);
  });

  it('says in words and in a table what its plots show', async () => {
    await page.setViewportSize({ width: 1280, height: 800 });
    await goTo('');
    const plot = page.getByRole('figure').filter({ hasText: 'Videos that ended' });
    expect(await plot.getByRole('img').getAttribute('aria-label')).toMatch(
      /^Videos that ended\. At last: made \d/,
    );
    await plot.getByText('The same as a table').click();
    expect(await plot.getByRole('row').count()).toBeGreaterThan(1);
    for (const title of ['Videos ordered', 'Margin over KIE, ₽']) {
      await page.getByRole('figure').filter({ hasText: title }).waitFor();
    }
  });

  it('ends the session with the logout', async () => {
    const cookies = await page.context().cookies();
    expect(cookies).toEqual([expect.objectContaining({ httpOnly: true, sameSite: 'Strict' })]);
    await page.getByRole('button', { name: 'Log out' }).click();
    await page.getByLabel('Password').waitFor();
    await page.context().addCookies(cookies);
    await page.reload();
    await page.getByLabel('Password').waitFor();
    expect(watched.troubles).toEqual([]);
  });
});
