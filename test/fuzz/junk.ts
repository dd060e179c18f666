/** Bodies without a valid signature: noise, depth, size, and encodings nobody speaks. */
import { gzipSync } from 'node:zlib';
import type { Known } from './known.ts';
import type { Random } from './random.ts';
import { signed, WEBHOOK } from './sealing.ts';
import type { Shot } from './shot.ts';

type Body = {
  readonly body: string | Uint8Array | null;
  readonly headers?: Readonly<Record<string, string>>;
};

const JSON_TYPE = { 'content-type': 'application/json' };

/** Noise of up to a kilobyte. */
export const noise = (random: Random): Body => ({ body: random.bytes(random.below(1_000)) });

/** JSON that is only deep, only wide, or no JSON for an instant longer than a parser likes. */
export function deep(random: Random): Body {
  const depth = random.pick([100, 1_000, 10_000, 10_000, 100_000]);
  return random.pick<() => Body>([
    () => ({ body: '['.repeat(depth) }),
    () => ({ body: '['.repeat(depth) + ']'.repeat(depth) }),
    () => ({ body: '{"a":'.repeat(depth) }),
    () => ({ body: `${'{"encrypt":'.repeat(depth)}1${'}'.repeat(depth)}` }),
    () => ({ body: `{"encrypt":"${'A'.repeat(depth)}"}` }),
    () => ({ body: `{"encrypt":"${'\\u0041'.repeat(depth / 10)}"}` }),
    () => ({ body: `{${Array.from({ length: depth / 10 }, (_, n) => `"k${n}":0`).join()}}` }),
    () => ({ body: `"${'\\'.repeat(depth)}` }),
    () => ({ body: `${'9'.repeat(depth)}` }),
  ])();
}

const MEGABYTE = 1024 * 1024;
const SPACE = Buffer.alloc(MEGABYTE + 4_096, ' ');

/** Around and above the limit of a megabyte. */
export const huge = (random: Random): Body => ({
  body: SPACE.subarray(
    0,
    random.pick([300_000, MEGABYTE - 1, MEGABYTE, MEGABYTE + 1, MEGABYTE + 4_096]),
  ),
});

/** Content types and encodings that do not belong to the bytes. */
export function encodings(random: Random): Body {
  const text = '{"encrypt":"AAAA","type":"url_verification","challenge":"x"}';
  const header = (name: string, value: string) => ({ headers: { ...JSON_TYPE, [name]: value } });
  return random.pick<() => Body>([
    () => ({ body: random.bytes(100), ...header('content-encoding', 'gzip') }),
    () => ({ body: gzipSync(text), ...header('content-encoding', 'gzip') }),
    () => ({
      body: text,
      ...header('content-encoding', random.pick(['br', 'deflate', 'x', 'gzip, gzip'])),
    }),
    () => ({ body: Buffer.from(text, 'utf16le') }),
    () => ({ body: Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]) }),
    () => ({ body: Buffer.from([0xff, 0xfe, 0xfd, 0xc0, 0x80, 0xed, 0xa0, 0x80]) }),
    () => ({ body: `\ufeff${text}` }),
    () => ({ body: text, headers: { 'content-type': random.pick(TYPES) } }),
    () => ({ body: text, ...header('transfer-encoding', 'chunked') }),
    () => ({ body: '', headers: JSON_TYPE }),
    () => ({ body: null }),
    () => ({
      body: text,
      ...header('x-lark-signature', random.pick(['', '0', 'g'.repeat(64), '0'.repeat(64)])),
    }),
  ])();
}

const TYPES = [
  'text/plain',
  'application/xml',
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  '__proto__',
  'x'.repeat(4_000),
];

/** A body at the webhook; now and then with a signature that is right for exactly these bytes. */
export function bodyShot(known: Known, random: Random, kind: string, given: Body): Shot {
  const { body, headers } = given;
  const bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? Buffer.alloc(0));
  const sign = random.chance(0.2) ? signed(known.config, random, bytes) : {};
  const all = { ...JSON_TYPE, ...sign, ...headers };
  return {
    kind,
    expect: { kind: 'refused', mayClose: false },
    method: 'POST',
    path: WEBHOOK,
    headers: all,
    body,
  };
}

/** The address check without a signature: right, wrong, too long, or something else altogether. */
export function challenge(
  known: Known,
  random: Random,
  sealed: (plain: string) => Uint8Array,
): Shot {
  const text = random.bytes(12).toString('hex');
  const right = random.chance(0.3);
  const token = right
    ? known.config.verificationToken
    : random.pick(['', 'x', '__proto__', 'x'.repeat(2_000)]);
  const plain = JSON.stringify({ type: 'url_verification', token, challenge: text });
  return {
    kind: 'unsigned address check',
    expect: right ? { kind: 'challenge', answer: text } : { kind: 'refused', mayClose: false },
    method: 'POST',
    path: WEBHOOK,
    headers: JSON_TYPE,
    body: sealed(plain),
  };
}
