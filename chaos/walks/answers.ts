import { BAD_EMAILS, DESCRIPTIONS, EMAILS, LONG_TEXTS, ODD_TEXTS, PAYLOADS } from './material.js';
import type { ScreenName } from './screens.js';
import type { Doing, Walker } from './walker.js';
import { findBill, findInvoice } from './yookassa-bills.js';

/** What a step of a draft waits for. */
const FITTING: Partial<Record<ScreenName, Doing>> = {
  consent: (walker) => walker.pressKind('agree'),
  kind: (walker) => walker.pressOneOf('kind'),
  photo: sendGoodPhoto,
  photo_advice: (walker) => walker.pressKind('use_photo'),
  description: (walker) => walker.say(walker.pick(DESCRIPTIONS)),
  template: (walker) => walker.pressOneOf('template'),
  wishes: (walker) =>
    walker.draw() < 0.5 ? walker.pressKind('skip') : walker.say('Утренняя кухня, тёплый свет'),
  prompt: (walker) => walker.say('Кружка на деревянном столе, камера медленно облетает её.'),
  prompt_check: (walker) => walker.pressKind(walker.draw() < 0.8 ? 'next' : 'edit_prompt'),
  model: (walker) => walker.pressOneOf('model'),
  count: (walker) => walker.pressOneOf('count'),
  confirm: (walker) => walker.pressKind('confirm'),
  email: (walker) => walker.say(walker.pick(EMAILS)),
};

/** Answers the screen that the person sees, as somebody does who wants to get on. Returns false where it waits for nothing. */
export async function answerScreen(walker: Walker): Promise<boolean> {
  const { screen } = walker.chat;
  const answer = screen && FITTING[screen];
  if (!answer) return false;
  await answer(walker);
  return true;
}

export async function sendGoodPhoto(walker: Walker): Promise<void> {
  const { good } = walker.town.photos;
  const caption = walker.draw() < 0.1 ? { caption: walker.pick(DESCRIPTIONS) } : {};
  if (walker.draw() < 0.85) return walker.send(walker.pick(good), caption);
  return walker.send(walker.pick(good), { asFile: true, ...caption });
}

/** Sends what no step waits for, or what this one cannot use. */
export async function sendUnfitting(walker: Walker): Promise<void> {
  const { photos } = walker.town;
  const choices: (() => Promise<void>)[] = [
    () => walker.say(walker.pick(ODD_TEXTS)),
    () => walker.say(walker.pick(ODD_TEXTS)),
    () => walker.say(walker.pick(LONG_TEXTS)),
    () => walker.say(walker.pick(BAD_EMAILS)),
    () =>
      walker.sendOther(
        walker.pick(['sticker', 'voice', 'video', 'video_note', 'location', 'contact', 'dice']),
      ),
    () => walker.send(walker.pick(photos.bad), { asFile: walker.draw() < 0.5 }),
    () => walker.send(walker.pick(photos.doubtful)),
    () => walker.send(photos.flagged),
    () => walker.send(photos.tooLarge, { asFile: true, mimeType: 'image/jpeg' }),
    () =>
      walker.send(photos.noPicture, { asFile: true, mimeType: walker.pick(['image/jpeg', 'text/plain']) }),
    () => sendAlbum(walker),
  ];
  await walker.pick(choices)();
}

/** The first photo of an album may be bad, and a later one better. */
export async function sendAlbum(walker: Walker): Promise<void> {
  const { good, bad, doubtful } = walker.town.photos;
  const photos = walker.pick([
    [walker.pick(bad), walker.pick(good)],
    [walker.pick(doubtful), walker.pick(good)],
    [walker.pick(good), walker.pick(doubtful), walker.pick(good)],
  ]);
  await walker.sendAlbum(photos, walker.draw() < 0.3 ? walker.pick(DESCRIPTIONS) : undefined);
}

export async function start(walker: Walker): Promise<void> {
  await walker.say(walker.draw() < 0.5 ? '/start' : `/start ${walker.pick(PAYLOADS)}`);
}

/** Pays what lies there to be paid, or fails to. Returns false where there is nothing. */
export async function payForSomething(walker: Walker): Promise<boolean> {
  const bill = findBill(walker);
  const invoice = findInvoice(walker);
  if (bill !== null) await walker.settleBill(bill, walker.draw() < 0.7);
  else if (invoice) await walker.payStars(invoice);
  return bill !== null || invoice !== undefined;
}
