/** What a live card shows, as a hash, so that it is only changed when there is something new. */

import type { Reader } from '../db/client.ts';
import { noteLiveContent } from '../db/live-cards.ts';
import { canonicalJson, sha256Hex } from '../domain/canonical.ts';

/** SHA-256 of a neutral card, hex. */
export const contentHash = (card: unknown): string => sha256Hex(canonicalJson(card));

/** In place of the hash of a card that may show something else than what was last sent: the next refresh goes out. */
export const NOT_KNOWN = '';

/** Notes that the answer to a click changed the clicked message. */
export const noteShown = (
  db: Reader,
  platform: string,
  messageRef: string,
  card: unknown,
): Promise<void> => noteLiveContent(db, platform, messageRef, contentHash(card));
