import { describe, expect, test } from 'vitest';
import { classify, type Exchange } from '../bot/lark/failure.ts';

const exchange = (
  status: number,
  code: number | null,
  change: Partial<Exchange> = {},
): Exchange => ({
  status,
  code,
  message: '',
  resetSeconds: null,
  ...change,
});

describe('what an answer of the platform means (§4.11, §4.12)', () => {
  test('only code 0 in a good status is a success', () => {
    expect(classify(exchange(200, 0))).toBeNull();
    expect(classify(exchange(502, 0))?.kind).toBe('unavailable');
    expect(classify(exchange(200, null))?.kind).toBe('unavailable');
  });

  test.each([
    [429, 99991400, 3, 3000],
    [400, 99991400, null, 1000],
    [429, null, 2, 2000],
    [429, 99991400, 0, 1000],
    [429, 99991400, 0.2, 1000],
  ])('HTTP %d code %j reset %j: the app waits %d ms', (status, code, resetSeconds, wait) => {
    expect(classify(exchange(status, code, { resetSeconds }))).toMatchObject({
      kind: 'rateLimited',
      scope: 'app',
      retryAfterMs: wait,
    });
  });

  test('230020 concerns one receiver, 11232 and 11233 everybody', () => {
    expect(classify(exchange(400, 230020))).toMatchObject({
      kind: 'rateLimited',
      scope: 'receiver',
    });
    expect(classify(exchange(400, 11232))).toMatchObject({ kind: 'rateLimited', scope: 'app' });
    expect(classify(exchange(400, 11233))).toMatchObject({ kind: 'rateLimited', scope: 'app' });
  });

  test.each([
    ['unavailable', [230049, 18121, 232096, 1500, 2200, 20050, 20072, 200810]],
    [
      'unreachable',
      [230002, 230013, 230029, 230034, 230035, 230038, 230053, 230075, 232009, 99992351, 99992361],
    ],
    ['gone', [230011, 230031, 230110, 230111]],
    ['malformed', [230001, 230022, 230025, 230028, 230055, 230099, 234006, 234010, 99992402]],
    [
      'misconfigured',
      [
        10003, 10014, 10015, 230006, 230027, 99991661, 99991662, 99991663, 99991672, 99991676,
        99991401, 99991403, 11247, 40004, 424242,
      ],
    ],
  ])('%s: %j', (kind, codes) => {
    for (const code of codes) {
      expect(classify(exchange(400, code)), String(code)).toEqual({ kind, code: String(code) });
      expect(classify(exchange(200, code)), String(code)).toEqual({ kind, code: String(code) });
    }
  });

  test('a card is locked only while a click on it is being answered', () => {
    const ext = (message: string) =>
      `Failed to create card content, ext=ErrCode: 11310; ErrMsg: ${message}; `;
    expect(classify(exchange(400, 230099, { message: ext('card action is lock') }))).toEqual({
      kind: 'unavailable',
      code: '230099/11310',
    });
    expect(classify(exchange(400, 230099, { message: ext('element exceeds the limit') }))).toEqual({
      kind: 'malformed',
      code: '230099/11310',
    });
  });

  test.each([
    [500, 'unavailable'],
    [502, 'unavailable'],
    [302, 'unavailable'],
    [401, 'misconfigured'],
    [403, 'misconfigured'],
    [404, 'misconfigured'],
  ])('a foreign body with HTTP %d: %s', (status, kind) => {
    expect(classify(exchange(status, null))).toEqual({ kind, code: `http${status}` });
  });

  test('an unknown code in a 5xx may pass later', () => {
    expect(classify(exchange(500, 424242))).toEqual({ kind: 'unavailable', code: '424242' });
    expect(classify(exchange(500, 230013))?.kind).toBe('unreachable');
  });
});
