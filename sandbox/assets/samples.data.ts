import type { SandboxAsset } from './index.js';

/** A product that somebody at the sandbox may sell: its photo, what its seller writes, and the video that KIE makes of it. */
export interface SampleProduct {
  name: string;
  photo: SandboxAsset;
  video: SandboxAsset;
  /** What it is, in English. */
  title: string;
  /** What a seller would write about it, by language. */
  descriptions: Readonly<Record<'ru' | 'en', string>>;
}

/** Every sample product. */
export const SAMPLE_PRODUCTS: readonly SampleProduct[] = [
  {
    name: 'mug',
    photo: 'photos/mug.jpg',
    video: 'videos/mug.mp4',
    title: 'Ceramic mug',
    descriptions: {
      ru: 'Керамическая кружка ручной работы, 350 мл: бирюзовая глазурь с крапинкой, низ без глазури, из светлой глины. Можно мыть в посудомойке и греть в микроволновке.',
      en: 'Handmade ceramic mug, 350 ml: speckled teal glaze over a band of bare clay. Safe in the dishwasher and the microwave.',
    },
  },
  {
    name: 'backpack',
    photo: 'photos/backpack.jpg',
    video: 'videos/backpack.mp4',
    title: 'City backpack',
    descriptions: {
      ru: 'Городской рюкзак на 20 л из плотной водоотталкивающей ткани, весит 780 г. Отделение для ноутбука до 15,6", передний карман на молнии, детали из натуральной кожи.',
      en: 'City backpack, 20 l and 780 g, in thick water-repellent cloth. A sleeve for a 15.6-inch laptop, a zipped front pocket, details in real leather.',
    },
  },
  {
    name: 'lamp',
    photo: 'photos/lamp.jpg',
    video: 'videos/lamp.mp4',
    title: 'Desk lamp',
    descriptions: {
      ru: 'Настольная лампа с поворотным металлическим абажуром, цоколь E27, тёплый свет 2700 К. Высота до 48 см, тяжёлое основание не скользит по столу.',
      en: 'Desk lamp with a swivel metal shade, E27 socket, warm light at 2700 K. Up to 48 cm high, and its heavy base does not slide.',
    },
  },
  {
    name: 'perfume',
    photo: 'photos/perfume.jpg',
    video: 'videos/perfume.mp4',
    title: 'Eau de parfum',
    descriptions: {
      ru: 'Парфюмерная вода, 50 мл: роза, персик и белый мускус, держится до 8 часов. Флакон из толстого стекла с распылителем, в подарочной коробке.',
      en: 'Eau de parfum, 50 ml: rose, peach and white musk, lasts up to 8 hours. A thick glass bottle with a spray, in a gift box.',
    },
  },
];
