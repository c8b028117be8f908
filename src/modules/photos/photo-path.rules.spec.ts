import { expect, it } from 'vitest';
import { composePhotoFolder, composePhotoPath, isPhotoFolder, isPhotoPath } from './photo-path.rules.js';

const ID = '0198f3a2-7c1d-4e5f-8a9b-0123456789ab';

it('gives out paths that it takes back', () => {
  expect(composePhotoPath(42, ID)).toBe(`inputs/42/${ID}.jpg`);
  expect(isPhotoPath(composePhotoPath(9_007_199_254_740_991, ID))).toBe(true);
});

it('takes those of the Python system', () => {
  expect(isPhotoPath(`inputs/42/${ID.replaceAll('-', '')}.jpg`)).toBe(true);
});

it.each([
  `inputs/42/${ID.replaceAll('-', '')}0.jpg`,
  `inputs/42/${ID.replaceAll('-', '').slice(1)}.jpg`,
  `inputs/42/${ID.slice(0, 8)}${ID.slice(9)}.jpg`,
  `inputs/../42/${ID}.jpg`,
  `../inputs/42/${ID}.jpg`,
  `/inputs/42/${ID}.jpg`,
  `inputs/42/../../${ID}.jpg`,
  `inputs/42/${ID}.jpg\n`,
  `inputs/42/${ID}.jpg/..`,
  `inputs/42/${ID}.png`,
  `inputs/0/${ID}.jpg`,
  `inputs/-1/${ID}.jpg`,
  `inputs/42/${ID.toUpperCase()}.jpg`,
  `inputs\\42\\${ID}.jpg`,
  'inputs/42/x.jpg',
  'inputs/42/%2e%2e.jpg',
  '',
])('takes no other path: %j', (path) => {
  expect(isPhotoPath(path)).toBe(false);
});

it('knows the folder of one person', () => {
  expect(composePhotoFolder(42)).toBe('inputs/42');
  expect(composePhotoPath(42, ID).startsWith(`${composePhotoFolder(42)}/`)).toBe(true);
  expect(isPhotoFolder(composePhotoFolder(9_007_199_254_740_991))).toBe(true);
});

it.each([
  ...[
    '',
    '.',
    '/',
    'inputs',
    'inputs/',
    'inputs/.',
    'inputs/..',
    'inputs/../..',
    'inputs/42/',
    'inputs/42/..',
  ],
  ...[
    'inputs/0',
    'inputs/-1',
    'inputs/4*',
    'inputs/42\n',
    '/inputs/42',
    '../inputs/42',
    'inputs\\42',
    'inputs/NaN',
  ],
  `inputs/42/${ID}.jpg`,
])('takes no other folder: %j', (path) => {
  expect(isPhotoFolder(path)).toBe(false);
});
