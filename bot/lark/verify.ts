/** Decides whether a request really comes from Feishu: signature over the raw bytes, replay window, decryption, token, app (sheet §1.2–1.7). */
import {
  createDecipheriv,
  createHash,
  createSecretKey,
  hash,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import type { LarkConfig } from '../../config.ts';
import {
  CARD_ACTION,
  challengeSchema,
  envelopeSchema,
  type LarkEnvelope,
  wrapperSchema,
} from './envelope.ts';

type LarkKeys = Pick<LarkConfig, 'appId' | 'encryptKey' | 'verificationToken'>;

type RawRequest = { readonly raw: Uint8Array; readonly headers: Headers };

type Refused = {
  readonly kind: 'refused';
  readonly status: 400 | 401;
  /** For the log only; the sender learns nothing. */
  readonly reason: string;
};

type Verdict =
  | { readonly kind: 'challenge'; readonly challenge: string }
  | { readonly kind: 'delivery'; readonly envelope: LarkEnvelope }
  | Refused;

const MINUTE = 60_000;
/** A card callback is never repeated (§1.7), so ten minutes only have to cover unequal clocks. */
const CARD_WINDOW = 10 * MINUTE;
/** The last repetition of an event comes after 7 h 5 min and may carry the first timestamp (§1.5). */
const EVENT_WINDOW = 8 * 60 * MINUTE;
/** The address check is tiny; nothing larger is decrypted without a signature. */
const UNSIGNED_LIMIT = 4096;
const BLOCK = 16;

const refused = (status: 400 | 401, reason: string): Refused => ({
  kind: 'refused',
  status,
  reason,
});

/** Builds the check for one app; `now` is the business clock at which the request is judged. */
export function createVerifier(keys: LarkKeys): (request: RawRequest, now: Date) => Verdict {
  // Bytes would be made into a key anew for every delivery, which costs more than decrypting it.
  const aesKey = createSecretKey(createHash('sha256').update(keys.encryptKey, 'utf8').digest());
  return (request, now) => {
    const signature = request.headers.get('x-lark-signature');
    if (signature === null) return judgeUnsigned(request.raw, keys, aesKey);
    const stamp = signedAt(request, signature, keys.encryptKey);
    if (stamp === null) return refused(401, 'signature');
    return judgeSigned(request.raw, keys, aesKey, now.getTime() - stamp);
  };
}

/** Every failure here looks the same to the sender, otherwise it could probe the padding of ciphertexts. */
function judgeUnsigned(raw: Uint8Array, keys: LarkKeys, aesKey: KeyObject): Verdict {
  const body = raw.length <= UNSIGNED_LIMIT ? open(raw, aesKey) : undefined;
  const check = challengeSchema.safeParse(body);
  if (!check.success || !sameSecret(check.data.token, keys.verificationToken)) {
    return refused(401, 'unsigned');
  }
  return { kind: 'challenge', challenge: check.data.challenge };
}

function judgeSigned(raw: Uint8Array, keys: LarkKeys, aesKey: KeyObject, ageMs: number): Verdict {
  const body = open(raw, aesKey);
  if (body === undefined) return refused(400, 'ciphertext');
  // Clicks come by the thousand, address checks once: a refused schema is dear, so most are spared it.
  const check = isAddressCheck(body) ? challengeSchema.safeParse(body) : undefined;
  if (check?.success === true) {
    return sameSecret(check.data.token, keys.verificationToken)
      ? { kind: 'challenge', challenge: check.data.challenge }
      : refused(401, 'token');
  }
  if (!isEnvelope(body)) return refused(400, 'envelope');
  const { header } = body;
  if (!sameSecret(header.token, keys.verificationToken)) return refused(401, 'token');
  if (header.app_id !== keys.appId) return refused(401, 'app');
  const oldest = header.event_type === CARD_ACTION ? CARD_WINDOW : EVENT_WINDOW;
  if (ageMs > oldest || ageMs < -CARD_WINDOW) return refused(401, 'window');
  return { kind: 'delivery', envelope: body };
}

/** The signature's instant in ms, or null when the signature is not right (§1.5: SHA-256 over timestamp, nonce, key, bytes). */
function signedAt(request: RawRequest, signature: string, encryptKey: string): number | null {
  const timestamp = request.headers.get('x-lark-request-timestamp');
  const nonce = request.headers.get('x-lark-request-nonce');
  if (timestamp === null || nonce === null) return null;
  if (!/^\d{1,12}$/.test(timestamp) || !/^[0-9a-f]{64}$/i.test(signature)) return null;
  const signed = Buffer.concat([Buffer.from(timestamp + nonce + encryptKey), request.raw]);
  const wanted = hash('sha256', signed, 'hex');
  return sameSecret(signature.toLowerCase(), wanted) ? Number(timestamp) * 1000 : null;
}

const isEnvelope = (body: unknown): body is LarkEnvelope => envelopeSchema.safeParse(body).success;

const isAddressCheck = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'type' in body;

/** Takes the same time for every guess of the right length; how long the platform's tokens are is no secret. */
function sameSecret(given: string, wanted: string): boolean {
  const [guess, secret] = [Buffer.from(given), Buffer.from(wanted)];
  return guess.length === secret.length && timingSafeEqual(guess, secret);
}

/** The JSON inside the encrypted wrapper (§1.4: AES-256-CBC, first block the IV), or undefined when it cannot be opened. */
function open(raw: Uint8Array, aesKey: KeyObject): unknown {
  try {
    const sealed = Buffer.from(
      bareText(raw) ?? wrapperSchema.parse(readJson(raw)).encrypt,
      'base64',
    );
    // The cipher would keep what follows the last whole block to itself, unread.
    if (sealed.length % BLOCK !== 0) return undefined;
    const decipher = createDecipheriv('aes-256-cbc', aesKey, sealed.subarray(0, BLOCK));
    // Its own handling of the padding costs a second call and a copy of the whole text.
    decipher.setAutoPadding(false);
    return readJson(withoutPadding(decipher.update(sealed.subarray(BLOCK))));
  } catch {
    return undefined;
  }
}

const [BEFORE, AFTER] = ['{"encrypt":"', '"}'];

/** The ciphertext of a wrapper that holds nothing else, as the platform writes it; null when it has to be parsed. */
function bareText(raw: Uint8Array): string | null {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.length);
  const end = bytes.length - AFTER.length;
  const around = [bytes.toString('latin1', 0, BEFORE.length), bytes.toString('latin1', end)];
  if (around[0] !== BEFORE || around[1] !== AFTER) return null;
  const text = bytes.toString('latin1', BEFORE.length, end);
  return text.includes('"') || text.includes('\\') ? null : text;
}

/** PKCS #7: as many bytes as their value says, up to a whole block. @throws when it is no such padding */
function withoutPadding(padded: Uint8Array): Uint8Array {
  const length = padded.at(-1) ?? 0;
  const end = padded.length - length;
  const isPadding = length > 0 && length <= BLOCK && padded.length % BLOCK === 0;
  if (!isPadding || padded.subarray(end).some((byte) => byte !== length))
    throw new Error('padding');
  return padded.subarray(0, end);
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

const readJson = (bytes: Uint8Array): unknown => JSON.parse(utf8.decode(bytes));
