/** What a live card shows, as a hash, so that it is only changed when there is something new. */

import type { Reader } from '../db/client.ts';
import { noteLiveContent } from '../db/live-cards.ts';
import { isRetired } from '../db/outbox.ts';
import { canonicalJson, sha256Hex } from '../domain/canonical.ts';

/** SHA-256 of a neutral card, hex. */
export const contentHash = (card: unknown): string => sha256Hex(canonicalJson(card));

/** Notes that the answer to a click changed the clicked message. */
export const noteShown = (
  db: Reader,
  platform: string,
  messageRef: string,
  card: unknown,
): Promise<void> => noteLiveContent(db, platform, messageRef, contentHash(card));

/**
 * Notes that a click's answer replaced the message. Whether the platform received it cannot be known, so the next
 * refresh is sent in any case.
 */
export const noteReplaced = (db: Reader, platform: string, messageRef: string): Promise<void> =>
  noteLiveContent(db, platform, messageRef, '');

/** Whether the clicked message has been replaced by a newer one, so that its buttons no longer count. */
export const wasReplaced = (db: Reader, messageRef: string): Promise<boolean> =>
  isRetired(db, messageRef);
