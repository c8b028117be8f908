import { describe, expect, it } from 'vitest';
import { maskSecrets, registerSecrets } from './mask-secrets.js';

describe('maskSecrets', () => {
  it.each([
    [
      'https://api.telegram.org/file/bot12345678:AAEhBOweik9ai0qQ7ABCDEFGHIJKLMNOP/photos/f.jpg',
      'AAEhBOweik9',
    ],
    ['Authorization: Bearer sk-abcdefgh12345678', 'sk-abcdefgh'],
    ['{"authorization":"Basic c2hvcDpzZWNyZXQ="}', 'c2hvcDpzZWNyZXQ'],
    ['cannot reach postgres://app:hunter22@db:5432/app', 'hunter22'],
  ])('hides the secret of %s', (text, secret) => {
    expect(maskSecrets(text)).not.toContain(secret);
  });

  it('hides what was registered, and not what is too short to be one', () => {
    registerSecrets(['kie-key-of-ours', 'abc', undefined]);
    expect(maskSecrets('abc kie-key-of-ours')).toBe('abc ***');
  });
});
