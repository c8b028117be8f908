import { describe, expect, it } from 'vitest';
import { isSameSecret } from './same-secret.js';

describe('a secret that was given', () => {
  it.each<[string, string | undefined, string, boolean]>([
    ['fits', 'open-sesame', 'open-sesame', true],
    ['is another', 'open-sesam', 'open-sesame', false],
    ['is missing', undefined, 'open-sesame', false],
    ['is missing, as ours is', undefined, '', false],
    ['is empty, as ours is', '', '', false],
    ['is given where we have none', 'open-sesame', '', false],
  ])('%s', (_what, given, expected, isIn) => expect(isSameSecret(given, expected)).toBe(isIn));
});
