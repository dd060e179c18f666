/** Decides whether a request really comes from Feishu: signature over the raw bytes, replay window, decryption, token, app (sheet §1.2–1.7). */
import { createDecipheriv, createHash, timingSafeEqual } from 'node:crypto';
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
  const aesKey = createHash('sha256').update(keys.encryptKey, 'utf8').digest();
  return (request, now) => {
    if (!request.headers.has('x-lark-signature')) return judgeUnsigned(request.raw, keys, aesKey);
    const stamp = signedAt(request, keys.encryptKey);
    if (stamp === null) return refused(401, 'signature');
    return judgeSigned(request.raw, keys, aesKey, now.getTime() - stamp);
  };
}

/** Every failure here looks the same to the sender, otherwise it could probe the padding of ciphertexts. */
function judgeUnsigned(raw: Uint8Array, keys: LarkKeys, aesKey: Uint8Array): Verdict {
  const body = raw.length <= UNSIGNED_LIMIT ? open(raw, aesKey) : undefined;
  const check = challengeSchema.safeParse(body);
  if (!check.success || !sameSecret(check.data.token, keys.verificationToken)) {
    return refused(401, 'unsigned');
  }
  return { kind: 'challenge', challenge: check.data.challenge };
}

function judgeSigned(raw: Uint8Array, keys: LarkKeys, aesKey: Uint8Array, ageMs: number): Verdict {
  const body = open(raw, aesKey);
  if (body === undefined) return refused(400, 'ciphertext');
  const check = challengeSchema.safeParse(body);
  if (check.success) {
    return sameSecret(check.data.token, keys.verificationToken)
      ? { kind: 'challenge', challenge: check.data.challenge }
      : refused(401, 'token');
  }
  const parsed = envelopeSchema.safeParse(body);
  if (!parsed.success) return refused(400, 'envelope');
  const { header } = parsed.data;
  if (!sameSecret(header.token, keys.verificationToken)) return refused(401, 'token');
  if (header.app_id !== keys.appId) return refused(401, 'app');
  const oldest = header.event_type === CARD_ACTION ? CARD_WINDOW : EVENT_WINDOW;
  if (ageMs > oldest || ageMs < -CARD_WINDOW) return refused(401, 'window');
  return { kind: 'delivery', envelope: parsed.data };
}

/** The signature's instant in ms, or null when the signature is not right (§1.5: SHA-256 over timestamp, nonce, key, bytes). */
function signedAt(request: RawRequest, encryptKey: string): number | null {
  const timestamp = request.headers.get('x-lark-request-timestamp');
  const nonce = request.headers.get('x-lark-request-nonce');
  const signature = request.headers.get('x-lark-signature');
  if (timestamp === null || nonce === null || signature === null) return null;
  if (!/^\d{1,12}$/.test(timestamp) || !/^[0-9a-f]{64}$/i.test(signature)) return null;
  const wanted = createHash('sha256')
    .update(timestamp + nonce + encryptKey, 'utf8')
    .update(request.raw)
    .digest();
  return timingSafeEqual(wanted, Buffer.from(signature, 'hex')) ? Number(timestamp) * 1000 : null;
}

/** Digests make both sides equally long, so that the comparison takes the same time for every guess. */
function sameSecret(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

/** The JSON inside the encrypted wrapper (§1.4: AES-256-CBC, first block the IV), or undefined when it cannot be opened. */
function open(raw: Uint8Array, aesKey: Uint8Array): unknown {
  try {
    const wrapper = wrapperSchema.parse(readJson(raw));
    const sealed = Buffer.from(wrapper.encrypt, 'base64');
    const decipher = createDecipheriv('aes-256-cbc', aesKey, sealed.subarray(0, BLOCK));
    const plain = [decipher.update(sealed.subarray(BLOCK)), decipher.final()];
    return readJson(Buffer.concat(plain));
  } catch {
    return undefined;
  }
}

function readJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}
