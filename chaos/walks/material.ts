import sharp from 'sharp';
import { readAsset } from '../../sandbox/assets/index.js';

/** Above it a photo is refused here: it costs less to send one that is too large. */
export const PHOTO_BYTES_MAX = 300_000;
const SHORT_SIDE_PX = 420;

/** Pictures that people send. */
export interface Photos {
  /** Such as can be filmed. */
  good: readonly Buffer[];
  /** Such as are advised on. */
  doubtful: readonly Buffer[];
  /** Such as are refused; the last two only as files. */
  bad: readonly Buffer[];
  tooLarge: Buffer;
  noPicture: Buffer;
  /** What moderation flags. */
  flagged: Buffer;
}

/** Makes all of them, small: what costs time in earnest is the decoding, and that is not what is tried here. */
export async function makePhotos(): Promise<Photos> {
  const assets = ['photos/mug.jpg', 'photos/lamp.jpg', 'photos/backpack.jpg'] as const;
  const good = await Promise.all(
    assets.map((name) => sharp(readAsset(name)).resize(SHORT_SIDE_PX).jpeg({ quality: 80 }).toBuffer()),
  );
  const [mug] = good as [Buffer];
  const plain = (background: string, width = 400, height = 400) =>
    sharp({ create: { width, height, channels: 3, background } })
      .jpeg()
      .toBuffer();
  return {
    good,
    doubtful: [
      await sharp(mug).linear(0.12, 0).jpeg().toBuffer(),
      await sharp(mug).blur(8).jpeg().toBuffer(),
      // The fake OpenAI sees a brand in blue, and people in green.
      await plain('#0000ff'),
      await plain('#00ff00'),
    ],
    bad: [await plain('#c0c0c0', 120, 160), await plain('#c0c0c0', 1200, 330)],
    tooLarge: Buffer.concat([mug, Buffer.alloc(PHOTO_BYTES_MAX)]),
    noPicture: Buffer.from('This is a letter, not a photo.'),
    // Sexual, as the fake OpenAI's moderation says of magenta.
    flagged: await plain('#ff00ff'),
  };
}

/** What sellers write about what they sell; the words in brackets are the fake KIE's. */
export const DESCRIPTIONS = [
  'Термокружка 450 мл, держит тепло 6 часов, не протекает в сумке',
  'Городской рюкзак: ноутбук 15", отделение для бутылки, ткань не промокает',
  'Настольная лампа с тёплым светом & регулировкой <яркости>',
  'A travel mug that keeps tea hot for 6 hours 🫖',
  'Рюкзак 👨‍👩‍👧‍👦 для всей семьи',
  'Кружка [[fail:moderation]]',
  'Лампа [[fail:internal]]',
  'Mug [[callback:never]]',
] as const;

/** What somebody may write to whatever question. */
export const ODD_TEXTS = [
  ...['ок', '?', '🙃', '<b>жирно</b> & "кавычки"', '</blockquote><script>', 'a\0b', 'половина \ud83d знака'],
  ...['‮справа налево', '   пробелы   ', '/', '/42', '/nonsense', '/menu@some_other_bot', '1:menu', 'null'],
  ...['$t(menu.title)', '{{count}}', "'; drop table users; --", '٣', 'e\u0301'.repeat(40)],
] as const;

/** Longer than any step takes, and longer than one message. */
export const LONG_TEXTS = ['слово '.repeat(230), 'длинно '.repeat(640)] as const;

export const EMAILS = ['anna@example.com', 'igor+receipts@example.org'] as const;
export const BAD_EMAILS = [
  'anna',
  'anna@',
  'a@b',
  `${'x'.repeat(260)}@example.com`,
  'anna @example.com',
] as const;

export const PAYLOADS = [
  'ads_spring',
  'friend-42',
  'paid_',
  `paid_${'0'.repeat(32)}`,
  'x'.repeat(64),
] as const;

/** Buttons that there never were, or that are not any more. */
export const RUBBISH = [
  ...['menu', '2:menu', '1:pay', '1:constructor', '1:__proto__', '1:menu:1', '1:count:2', '1:video:1', ':::'],
  ...['1:buy:cash:starter', '1:buy:yookassa:no_such_plan', '1:plan:no_such_plan', '1:model:no/such-model'],
  ...[
    '1:back:confirm',
    '1:next:kind',
    '1:videos:9999',
    '1:statement:9999',
    '1:erase:999999999',
    '1:delete:0',
  ],
  '1:confirm:00000000-0000-4000-8000-000000000000:1',
  '1:paid:00000000-0000-4000-8000-000000000000',
  '1:cancel:00000000-0000-4000-8000-000000000000',
] as const;
