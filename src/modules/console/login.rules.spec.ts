import { describe, expect, it } from 'vitest';
import { decideLoginWait, findForeignPost, type PostOrigin } from './login.rules.js';

const MINUTE_MS = 60_000;
const none = { ofAddress: 0, ofAddressOldestMs: 0, inAll: 0, inAllOldestMs: 0 };

describe('the wait before the next password', () => {
  it.each([
    ['nothing failed', none, 0],
    ['four failures of one address', { ...none, ofAddress: 4, inAll: 4 }, 0],
    ['five, the first 5 minutes ago', { ...none, ofAddress: 5, ofAddressOldestMs: 5 * MINUTE_MS }, 600],
    ['29 of many', { ...none, inAll: 29 }, 0],
    ['30 of many, the first 14 minutes ago', { ...none, inAll: 30, inAllOldestMs: 14 * MINUTE_MS }, 60],
    ['both: the longer', { ofAddress: 5, ofAddressOldestMs: 0, inAll: 30, inAllOldestMs: MINUTE_MS }, 900],
  ])('%s', (_name, failures, seconds) => {
    expect(decideLoginWait(failures)).toBe(seconds);
  });
});

describe('a POST', () => {
  const own: PostOrigin = {
    origin: 'https://ops.example',
    fetchSite: 'same-origin',
    contentType: 'application/json; charset=utf-8',
    ownHeader: '1',
    host: 'ops.example',
  };

  it('of our page is let through, by the setting or by the host', () => {
    expect(findForeignPost(own, 'https://ops.example')).toBeNull();
    expect(findForeignPost({ ...own, host: '10.0.0.1:3000' }, 'https://ops.example/')).toBeNull();
    expect(findForeignPost(own, undefined)).toBeNull();
    expect(findForeignPost({ ...own, fetchSite: undefined }, undefined)).toBeNull();
  });

  it.each<[string, Partial<PostOrigin>]>([
    ['without our header', { ownHeader: undefined }],
    ['of a form', { contentType: 'application/x-www-form-urlencoded' }],
    ['as plain text', { contentType: 'text/plain' }],
    ['of something that only begins like JSON', { contentType: 'application/jsonp' }],
    ['of another site', { fetchSite: 'cross-site' }],
    ['of a neighbour', { fetchSite: 'same-site' }],
    ['of nobody', { origin: undefined }],
    ['of a page without an origin', { origin: 'null' }],
    ['of another origin', { origin: 'https://ops.example.evil' }],
    ['of another port', { origin: 'https://ops.example:8443' }],
  ])('%s is not', (_name, change) => {
    expect(findForeignPost({ ...own, ...change }, undefined)).not.toBeNull();
    expect(findForeignPost({ ...own, ...change }, 'https://ops.example')).not.toBeNull();
  });

  it('is told by the setting where there is one, whatever host the caller names', () => {
    const rebound = { ...own, origin: 'https://evil.example', host: 'evil.example' };
    expect(findForeignPost(rebound, 'https://ops.example')).not.toBeNull();
  });
});
