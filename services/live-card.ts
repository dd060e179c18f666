/** What a live card shows, as a hash, so that it is only changed when there is something new. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { noteLiveContent } from '../db/live-cards.ts';
import type { Reader } from './context.ts';

/** SHA-256 of a neutral card, hex. */
export const contentHash = (card: unknown): string =>
  createHash('sha256')
    .update(canonicalize(card) ?? '', 'utf8')
    .digest('hex');

/** Notes that the answer to a click changed the clicked message. */
export const noteShown = (
  db: Reader,
  platform: string,
  messageRef: string,
  card: unknown,
): Promise<void> => noteLiveContent(db, platform, messageRef, contentHash(card));
