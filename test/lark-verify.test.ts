import { describe, expect, test } from 'vitest';
import { createVerifier } from '../bot/lark/verify.ts';
import {
  config,
  deliver,
  envelope,
  known,
  knownHeaders,
  seal,
  sealRaw,
  sign,
} from './fixtures/lark/sealed.ts';

const verify = createVerifier(config);
const at = new Date(Number(known.message.timestamp) * 1000);
const later = (from: Date, minutes: number) => new Date(from.getTime() + minutes * 60_000);

const check = (body: string | Uint8Array, headers: Record<string, string>, now = at) =>
  verify({ raw: Buffer.from(body), headers: new Headers(headers) }, now);

const readReceipt = JSON.stringify(envelope('im.message.message_read_v1', {}));
const cardAt = new Date(Number(known.card.timestamp) * 1000);

describe('known answers (§9)', () => {
  test('answers the encrypted, unsigned address check', () => {
    expect(check(known.url_verification.raw_body, {})).toEqual({
      kind: 'challenge',
      challenge: 'c7a1f0d2-demo',
    });
  });

  test.each([
    ['message', known.message],
    ['card', known.card],
  ])('accepts and opens the %s', (_, vector) => {
    const verdict = check(vector.raw_body, knownHeaders(vector), cardAt);
    expect(verdict).toEqual({ kind: 'delivery', envelope: JSON.parse(vector.plaintext) });
  });

  test('reads header names in any case', () => {
    const headers = Object.entries(knownHeaders(known.message));
    for (const turn of ['toLowerCase', 'toUpperCase'] as const) {
      const turned = Object.fromEntries(headers.map(([name, value]) => [name[turn](), value]));
      expect(check(known.message.raw_body, turned).kind).toBe('delivery');
    }
  });
});

describe('what is no delivery of the platform (§1.5)', () => {
  const good = knownHeaders(known.message);
  const body = known.message.raw_body;
  const refused = (status: number) => expect.objectContaining({ kind: 'refused', status });

  test('every altered byte of the body breaks the signature', () => {
    for (let at = 0; at < body.length; at += 7) {
      const altered = Buffer.from(body);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(check(altered, good)).toEqual(refused(401));
    }
  });

  test.each([
    ['a forged signature', { ...good, 'X-Lark-Signature': '0'.repeat(64) }],
    ['a short signature', { ...good, 'X-Lark-Signature': good['X-Lark-Signature'].slice(2) }],
    ['an empty signature', { ...good, 'X-Lark-Signature': '' }],
    ['another nonce', { ...good, 'X-Lark-Request-Nonce': '7654321' }],
    ['another timestamp', { ...good, 'X-Lark-Request-Timestamp': '1767225601' }],
    ['no timestamp', { 'X-Lark-Request-Nonce': '1', 'X-Lark-Signature': good['X-Lark-Signature'] }],
    ['no signature', { 'X-Lark-Request-Timestamp': '1767225600', 'X-Lark-Request-Nonce': '1' }],
    ['no headers at all', {}],
  ])('refuses %s', (_, headers: Record<string, string>) => {
    expect(check(body, headers)).toEqual(refused(401));
  });

  test('refuses a plaintext body, unsigned or signed', () => {
    const plain = known.message.plaintext;
    expect(check(plain, {})).toEqual(refused(401));
    expect(check(plain, sign(plain, at))).toEqual(refused(400));
    expect(check(known.url_verification.plaintext, {})).toEqual(refused(401));
  });

  test('refuses the signed body of another key', () => {
    const foreign = seal(readReceipt, 'other-key');
    expect(check(foreign, sign(foreign, at))).toEqual(refused(400));
    expect(check(foreign, sign(foreign, at, 'other-key'))).toEqual(refused(401));
  });

  test.each(['', '{', 'null', '[]', '{"encrypt":1}', '{"encrypt":""}', '{"encrypt":"AAAA"}'])(
    'refuses the signed body %j as malformed and the unsigned one like any other',
    (text) => {
      expect(check(text, sign(text, at))).toEqual(refused(400));
      expect(check(text, {})).toEqual({ kind: 'refused', status: 401, reason: 'unsigned' });
    },
  );

  test('opens the wrapper however its JSON is written', () => {
    const { encrypt } = JSON.parse(seal(readReceipt));
    const escaped = `{"encrypt":"${encrypt.replaceAll('/', '\\/').replace('A', '\\u0041')}"}`;
    for (const body of [
      JSON.stringify({ encrypt, uuid: 'u' }),
      JSON.stringify({ uuid: 'u', encrypt }),
      JSON.stringify({ encrypt }, null, 2),
      `${JSON.stringify({ encrypt })}\n`,
      escaped,
    ]) {
      expect(check(body, sign(body, at)).kind).toBe('delivery');
    }
  });

  test.each([
    ['none', []],
    ['a length of zero', [0]],
    ['longer than a block', [17]],
    ['of unequal bytes', [2, 3, 3]],
    ['of a whole block and one byte too short', Array(15).fill(16)],
  ])('refuses a signed ciphertext with a padding that is wrong: %s', (_, padding) => {
    const text = Buffer.from(readReceipt);
    // Blanks in front of the padding keep the JSON as it is.
    const blanks = Buffer.alloc((32 - ((text.length + padding.length) % 16)) % 16, ' ');
    const body = sealRaw(Buffer.concat([text, blanks, Buffer.from(padding)]));
    expect(check(body, sign(body, at))).toEqual(refused(400));
  });

  test.each([1, 7, 15])('refuses %i bytes after the last whole block, signed or not', (count) => {
    const { encrypt } = JSON.parse(seal(readReceipt));
    const longer = Buffer.concat([Buffer.from(encrypt, 'base64'), Buffer.alloc(count, 7)]);
    const body = JSON.stringify({ encrypt: longer.toString('base64') });
    expect(check(body, sign(body, at))).toEqual(refused(400));
    const asked = Buffer.from(JSON.parse(known.url_verification.raw_body).encrypt, 'base64');
    const unsigned = Buffer.concat([asked, Buffer.alloc(count, 7)]).toString('base64');
    expect(check(JSON.stringify({ encrypt: unsigned }), {})).toEqual(refused(401));
  });

  test('broken ciphertexts without a signature all look the same', () => {
    const sealed = Buffer.from(JSON.parse(known.url_verification.raw_body).encrypt, 'base64');
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      const verdict = check(JSON.stringify({ encrypt: altered.toString('base64') }), {});
      if (verdict.kind === 'refused')
        expect(verdict).toEqual({ kind: 'refused', status: 401, reason: 'unsigned' });
      // A change in the first block alters the text only; the token lies behind it.
      else expect(at).toBeLessThan(16);
    }
  });

  test('refuses the address check with a wrong token, signed or not', () => {
    const text = known.url_verification.plaintext.replace('vtok', 'xtok');
    expect(check(seal(text), {})).toEqual(refused(401));
    const signed = deliver(text, at);
    expect(check(signed.body, signed.headers)).toEqual(refused(401));
  });

  test('refuses a large unsigned body without decrypting it', () => {
    const text = JSON.stringify({
      ...JSON.parse(known.url_verification.plaintext),
      pad: 'x'.repeat(9000),
    });
    expect(check(seal(text), {})).toEqual(refused(401));
  });

  test.each([
    ['token', { token: 'forged' }, 401],
    ['app', { app_id: 'cli_ffffffffffffffff' }, 401],
    ['empty event id', { event_id: '' }, 400],
    ['event id of another type', { event_id: 7 }, 400],
    ['control characters in the event id', { event_id: 'a\u0000b' }, 400],
  ])('refuses a signed body with a wrong header: %s', (_, header, status) => {
    const sent = deliver(JSON.stringify(envelope('x', {}, header)), at);
    expect(check(sent.body, sent.headers)).toEqual(refused(status));
  });

  test('refuses the old envelope and a missing header', () => {
    for (const body of [
      { schema: '1.0' },
      { schema: '2.0' },
      { uuid: 'u', type: 'event_callback' },
    ]) {
      const sent = deliver(JSON.stringify(body), at);
      expect(check(sent.body, sent.headers)).toEqual(refused(400));
    }
  });
});

describe('replay windows (§1.5, §1.7)', () => {
  test.each([
    [10, 'delivery'],
    [-10, 'delivery'],
    [10.1, 'refused'],
    [-10.1, 'refused'],
  ])('a click %d minutes after its signature: %s', (minutes, kind) => {
    const now = later(cardAt, minutes);
    expect(check(known.card.raw_body, knownHeaders(known.card), now).kind).toBe(kind);
  });

  test.each([
    [7 * 60 + 5, 'delivery'],
    [8 * 60, 'delivery'],
    [8 * 60 + 1, 'refused'],
    [-11, 'refused'],
  ])('an event %d minutes after its signature: %s', (minutes, kind) => {
    const sent = deliver(readReceipt, at);
    expect(check(sent.body, sent.headers, later(at, minutes)).kind).toBe(kind);
  });
});
