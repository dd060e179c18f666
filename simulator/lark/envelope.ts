/** How the platform wraps what it pushes: v2 envelope, encryption, signature (§1.3-§1.5). */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  randomBytes,
  randomInt,
  randomUUID,
} from 'node:crypto';
import type { AppCredentials, Json } from './model.ts';

const aesKey = (encryptKey: string): Buffer => createHash('sha256').update(encryptKey).digest();

/** base64( IV ‖ AES-256-CBC ); a fixed `iv` serves known-answer tests only. */
export function encrypt(encryptKey: string, text: string, iv: Buffer = randomBytes(16)): string {
  const cipher = createCipheriv('aes-256-cbc', aesKey(encryptKey), iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}

/** The reverse of {@link encrypt}. @throws when key or text do not fit */
export function decrypt(encryptKey: string, sealed: string): string {
  const bytes = Buffer.from(sealed, 'base64');
  const cipher = createDecipheriv('aes-256-cbc', aesKey(encryptKey), bytes.subarray(0, 16));
  return Buffer.concat([cipher.update(bytes.subarray(16)), cipher.final()]).toString('utf8');
}

/** hex SHA-256 over timestamp, nonce, Encrypt Key and the raw body. */
export const sign = (timestamp: string, nonce: string, encryptKey: string, body: string): string =>
  createHash('sha256')
    .update(timestamp + nonce + encryptKey + body)
    .digest('hex');

export type Sealed = {
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** Encrypts and signs a payload as of `nowMs`. */
export function seal(app: AppCredentials, payload: Json, nowMs: number): Sealed {
  const body = JSON.stringify({ encrypt: encrypt(app.encryptKey, JSON.stringify(payload)) });
  const timestamp = String(Math.floor(nowMs / 1000));
  const nonce = String(randomInt(1_000_000, 999_999_999));
  return {
    body,
    headers: {
      'Content-Type': 'application/json;charset=utf-8',
      'User-Agent': 'Go-http-client/1.1',
      'X-Request-Id': randomUUID(),
      'X-Lark-Request-Timestamp': timestamp,
      'X-Lark-Request-Nonce': nonce,
      'X-Lark-Signature': sign(timestamp, nonce, app.encryptKey, body),
    },
  };
}

/** A v2 envelope; card callbacks carry microseconds, events milliseconds (§1.3). */
export function envelope(app: AppCredentials, eventType: string, event: Json, nowMs: number): Json {
  const micro = eventType === 'card.action.trigger';
  return {
    schema: '2.0',
    header: {
      event_id: randomUUID().replaceAll('-', ''),
      event_type: eventType,
      create_time: micro ? `${nowMs}${randomInt(100, 999)}` : String(nowMs),
      token: app.verificationToken,
      app_id: app.appId,
      tenant_key: app.tenantKey,
    },
    event,
  };
}
