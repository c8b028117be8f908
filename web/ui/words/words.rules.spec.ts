import { describe, expect, it } from 'vitest';
import { plain, toneOf } from './words.rules.js';

describe('plain words', () => {
  it('stand for the words of the application', () => {
    expect(plain('operation', 'payment_refund')).toBe('Money given back');
    expect(plain('queue', 'write-prompt')).toBe('Write the prompt');
  });

  it.each(['a_new_word', 'toString', 'constructor'])('leave %s as it is', (raw) => {
    expect(plain('event', raw)).toBe(raw.replaceAll('_', ' '));
    expect(toneOf('jobStatus', raw)).toBe('plain');
  });
});
