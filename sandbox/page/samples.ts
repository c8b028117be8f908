import type { SandboxAsset } from '../assets/index.js';
import type { Sample } from './protocol.js';

/** Product photos that a person at the page can send with one click. */
export const SAMPLES: (Sample & { photo: SandboxAsset })[] = [
  {
    name: 'mug',
    photo: 'photos/mug.jpg',
    title: 'Stoneware mug',
    descriptions: {
      ru: 'Керамическая кружка 350 мл ручной работы, матовая глазурь, можно в посудомойку и микроволновку',
      en: 'Handmade stoneware mug, 350 ml, matte glaze, safe in the dishwasher and the microwave',
    },
  },
  {
    name: 'backpack',
    photo: 'photos/backpack.jpg',
    title: 'City backpack',
    descriptions: {
      ru: 'Городской рюкзак 20 л, влагозащитная ткань, отделение для ноутбука 15", кожаные детали',
      en: 'City backpack, 20 l, water-repellent fabric, a sleeve for a 15-inch laptop, leather details',
    },
  },
  {
    name: 'lamp',
    photo: 'photos/lamp.jpg',
    title: 'Desk lamp',
    descriptions: {
      ru: 'Настольная лампа с поворотным плафоном, тёплый свет 2700 К, три яркости, металл',
      en: 'Metal desk lamp with a swivel shade, warm light at 2700 K, three levels of brightness',
    },
  },
];
