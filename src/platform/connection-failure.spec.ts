import { expect, it } from 'vitest';
import { describeConnectionFailure } from './connection-failure.js';

function failure(code: string, cause?: object): Error {
  return Object.assign(new Error('secret in the message', { cause }), { code });
}

it.each([
  ['ECONNREFUSED', undefined, false],
  ['ENOTFOUND', undefined, false],
  ['EAI_AGAIN', undefined, false],
  ['ETIMEDOUT', { syscall: 'connect' }, false],
  ['ETIMEDOUT', undefined, true],
  ['EHOSTUNREACH', { syscall: 'connect' }, false],
  ['EHOSTUNREACH', { syscall: 'read' }, true],
  ['ECONNRESET', undefined, true],
  ['ECONNABORTED', undefined, true],
  ['ERR_CANCELED', undefined, true],
])('%s with cause %j: sent %s', (code, cause, wasSent) => {
  expect(describeConnectionFailure(failure(code, cause))).toEqual({ failure: `no answer: ${code}`, wasSent });
});

it('says nothing of an error that it does not know', () => {
  expect(describeConnectionFailure('Bearer secret')).toEqual({
    failure: 'no answer: unknown failure',
    wasSent: true,
  });
});
