/** Wraps payloads as the platform does, deterministically, and with every fault a forger could build in. */
import { createCipheriv, createHash } from 'node:crypto';
import type { LarkConfig } from '../../config.ts';
import type { Random } from './random.ts';
import { hostileText, inJson, nested } from './texts.ts';

export type Headers = Readonly<Record<string, string>>;
export type Sealed = { readonly headers: Headers; readonly body: Uint8Array };

export const WEBHOOK = '/webhook/lark';

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The envelope of an event with the shot's own event id. */
export const envelopeOf = (
  config: LarkConfig,
  eventId: string,
  type: string,
  event: unknown,
): string =>
  inJson({
    schema: '2.0',
    header: {
      event_id: eventId,
      event_type: type,
      create_time: String(Date.now()),
      token: config.verificationToken,
      app_id: config.appId,
      tenant_key: 'tk_fuzz',
    },
    event,
  });

/** `plain`, encrypted, in its wrapper. */
export function wrap(config: LarkConfig, random: Random, plain: string | Uint8Array): Uint8Array {
  const iv = random.bytes(16);
  const cipher = createCipheriv('aes-256-cbc', sha256(config.encryptKey), iv);
  const sealed = Buffer.concat([iv, cipher.update(plain), cipher.final()]).toString('base64');
  return Buffer.from(`{"encrypt":"${sealed}"}`);
}

/** Valid headers for the bytes of `body`, signed `ageSeconds` ago. */
export function signed(
  config: LarkConfig,
  random: Random,
  body: Uint8Array,
  ageSeconds = 0,
): Headers {
  const timestamp = String(Math.floor(Date.now() / 1000) - ageSeconds);
  const nonce = String(random.below(1e9));
  const signature = createHash('sha256')
    .update(timestamp + nonce + config.encryptKey)
    .update(body)
    .digest('hex');
  return {
    'content-type': 'application/json;charset=utf-8',
    'x-lark-request-timestamp': timestamp,
    'x-lark-request-nonce': nonce,
    'x-lark-signature': signature,
  };
}

/** Encrypted and signed without a fault. */
export function seal(config: LarkConfig, random: Random, plain: string | Uint8Array): Sealed {
  const body = wrap(config, random, plain);
  return { body, headers: signed(config, random, body) };
}

/** A good delivery whose signature does not hold any more. */
export function unsealed(config: LarkConfig, random: Random, plain: string): Sealed {
  const { body, headers } = seal(config, random, plain);
  const { 'x-lark-signature': signature = '', ...rest } = headers;
  const keep = (changed: Headers): Sealed => ({ body, headers: { ...headers, ...changed } });
  return random.pick<() => Sealed>([
    () => ({ headers, body: flipped(random, body) }),
    () => keep({ 'x-lark-signature': signature.slice(0, random.below(64)) }),
    () => keep({ 'x-lark-signature': sha256(signature).toString('hex') }),
    () => keep({ 'x-lark-signature': `${signature},${signature}` }),
    () =>
      keep({
        'x-lark-signature': random
          .bytes(64)
          .toString('latin1')
          .replace(/[^!-~]/g, 'g'),
      }),
    () => keep({ 'x-lark-request-nonce': `${random.below(1e9)}x` }),
    () => keep({ 'x-lark-request-timestamp': random.pick(BAD_TIMES) }),
    () => ({ body, headers: rest }),
    () => ({ body, headers: without(headers, 'x-lark-request-timestamp') }),
    () => ({ body, headers: without(headers, 'x-lark-request-nonce') }),
    () => ({ body, headers: signed({ ...config, encryptKey: 'another key' }, random, body) }),
    () => ({ body, headers: signed(config, random, body, random.pick(BAD_AGES)) }),
    () =>
      seal(
        { ...config, verificationToken: 'x' },
        random,
        plain.replace(config.verificationToken, 'x'),
      ),
    () => seal(config, random, plain.replace(config.appId, 'cli_0000000000000000')),
    () => ({ headers: signed(config, random, Buffer.from(plain)), body: Buffer.from(plain) }),
  ])();
}

/** Older than any repetition, or from a day to come. */
const BAD_AGES = [9 * 3600, 86_400 * 400, -700, -86_400];
const BAD_TIMES = [
  '0',
  '-1',
  '1e9',
  '99999999999999999999',
  'NaN',
  '0x10',
  '１２３',
  '',
  '1 2',
].map((text) => encodeURI(text));

const without = (headers: Headers, name: string): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

function flipped(random: Random, body: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(body);
  const at = random.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.below(7));
  return copy;
}

/** A rightly signed delivery with damage below the signature: the ciphertext, its wrapper, or the bytes inside. */
export function damagedInside(config: LarkConfig, random: Random, plain: string): Sealed {
  const sign = (body: Uint8Array): Sealed => ({ body, headers: signed(config, random, body) });
  const text = Buffer.from(wrap(config, random, plain)).toString();
  const cut = random.below(text.length - 14);
  return random.pick<() => Sealed>([
    () => sign(flipped(random, Buffer.from(text))),
    () => sign(Buffer.from(text.slice(0, cut))),
    () => sign(Buffer.from(`${text.slice(0, 12 + random.below(60))}"}`)),
    () => sign(Buffer.from('{"encrypt":""}')),
    () => sign(Buffer.from(inJson({ encrypt: random.pick([7, null, [], {}, '!', 'AAAA', true]) }))),
    () => sign(Buffer.from(inJson({ ['__proto__']: { encrypt: 'x' } }))),
    () => sign(random.bytes(random.below(300))),
    () => sign(Buffer.from(plain, 'utf16le')),
    () => seal(config, random, random.bytes(random.below(200))),
    () => seal(config, random, Buffer.from(plain, 'utf16le')),
    () =>
      seal(config, random, Buffer.concat([Buffer.from(plain), Buffer.from([0xff, 0xc0, 0x80])])),
    () => seal(config, random, `\ufeff${plain}`),
    () => seal(config, random, mutated(random, plain)),
    () => seal(config, random, mutated(random, mutated(random, mutated(random, plain)))),
  ])();
}

/** JSON text with a piece lost, doubled, moved or replaced. */
function mutated(random: Random, plain: string): string {
  const at = random.below(plain.length);
  const length = random.weighed([
    [4, 1],
    [2, 1 + random.below(12)],
    [1, random.below(plain.length)],
  ]);
  const [head, piece, tail] = [
    plain.slice(0, at),
    plain.slice(at, at + length),
    plain.slice(at + length),
  ];
  return random.pick([
    () => head + tail,
    () => head + piece + piece + tail,
    () => head + random.pick(INSERTS) + piece + tail,
    () => head + JSON.stringify(hostileText(random, 'x')).slice(1, -1) + tail,
    () => plain.replace(/"[a-z_]+":/g, (key) => (random.chance(0.1) ? random.pick(KEYS) : key)),
    () =>
      plain.replace(/:"[^"]*"/g, (value) =>
        random.chance(0.1) ? `:${random.pick(VALUES)}` : value,
      ),
    () => plain.replace(/:\{/, `:${inJson(nested(1_000))},"x":{`),
  ])();
}

const INSERTS = [
  '"',
  '}',
  ']',
  ',',
  '\\',
  '\\u0000',
  '\u0000',
  '{"a":',
  '[[',
  '1e999',
  '\ud800',
  '//',
];
const KEYS = ['"__proto__":', '"constructor":', '"toString":', '"":', '"\\u0000":', '"a":'];
const VALUES = [
  'null',
  '7',
  '1e999',
  '[]',
  '{}',
  'true',
  '""',
  '"\\ud800"',
  '[["x"]]',
  '"\\u0000"',
];
