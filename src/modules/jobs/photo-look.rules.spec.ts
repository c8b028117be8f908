import { expect, it } from 'vitest';
import { decideVerdict, type PhotoVerdict } from './photo-look.rules.js';

const CLEAR: PhotoVerdict = { kind: 'clear' };
const stop = (reason: 'flagged' | 'people'): PhotoVerdict => ({ kind: 'stop', reason });
const advice = (...given: ('brand' | 'people')[]): PhotoVerdict => ({ kind: 'advice', advice: given });

/** Seen in the photo: flagged, people, brand; then what it means for a model that takes people, and for one that does not. */
it.each<[boolean, boolean, boolean, PhotoVerdict, PhotoVerdict]>([
  [false, false, false, CLEAR, CLEAR],
  [false, false, true, advice('brand'), advice('brand')],
  [false, true, false, advice('people'), stop('people')],
  [false, true, true, advice('brand', 'people'), stop('people')],
  [true, false, false, stop('flagged'), stop('flagged')],
  [true, false, true, stop('flagged'), stop('flagged')],
  [true, true, false, stop('flagged'), stop('flagged')],
  [true, true, true, stop('flagged'), stop('flagged')],
])('flagged %s, people %s, brand %s', (flagged, people, brand, taking, refusing) => {
  const look = { flagged, people, brand };
  expect(decideVerdict(look, { refusesPeople: false })).toEqual(taking);
  expect(decideVerdict(look, { refusesPeople: true })).toEqual(refusing);
});

it.each([null, { flagged: null, people: null, brand: null }])('nobody looked: %j', (look) => {
  expect(decideVerdict(look, { refusesPeople: true })).toEqual(CLEAR);
});
