/** Visits to the hosted pages: who is logged in, for how long. A visit is bound to the person it was opened for. */
import { createHash, randomBytes } from 'node:crypto';
import type { Reader } from '../db/client.ts';
import {
  deleteExpiredPageSessions,
  deletePageSessionsBeside,
  findPageSession,
  insertPageSession,
  prolongPageSession,
} from '../db/page-sessions.ts';

export type Visitor = {
  readonly platform: string;
  readonly userId: string;
  readonly person: string;
  readonly name: string;
};

/** Without a request for this long a visit is over. */
const IDLE_MS = 2 * 3_600_000;
/** However busy, a visitor proves anew who he is after this long. */
const LONGEST_MS = 8 * 3_600_000;
const KEY_BYTES = 32;

/** Opens a visit; the key is for the visitor's cookie alone. Null = nobody active is behind this platform user. */
export async function openVisit(
  db: Reader,
  user: { readonly platform: string; readonly userId: string },
  now: Date,
): Promise<string | null> {
  const key = randomBytes(KEY_BYTES).toString('base64url');
  const person = await insertPageSession(db, {
    ...user,
    keyDigest: digestOf(key),
    createdAt: now,
    expiresAt: new Date(now.getTime() + IDLE_MS),
  });
  return person === null ? null : key;
}

/** Whose visit `key` is; undefined when it is over, when the person has left, or when it never was one. */
export async function visitorOf(db: Reader, key: string, now: Date): Promise<Visitor | undefined> {
  const keyDigest = digestOf(key);
  const session = await findPageSession(db, keyDigest, now);
  if (session === undefined) return undefined;
  const { platform, userId, personCode, name, createdAt, expiresAt } = session;
  const wanted = Math.min(now.getTime() + IDLE_MS, createdAt.getTime() + LONGEST_MS);
  // Not with every request: a visit that is busy would write as often as it reads.
  if (wanted - expiresAt.getTime() > IDLE_MS / 4) {
    await prolongPageSession(db, keyDigest, new Date(wanted));
  }
  return { platform, userId, person: personCode, name };
}

/** Ends the visit and all others of the same person, so that a lost telephone is logged out from any other device. */
export const endVisits = (db: Reader, key: string): Promise<void> =>
  deletePageSessionsBeside(db, digestOf(key));

/** Forgets visits that are over. */
export const forgetVisits = (db: Reader, now: Date): Promise<void> =>
  deleteExpiredPageSessions(db, now);

const digestOf = (key: string): Buffer => createHash('sha256').update(key).digest();
