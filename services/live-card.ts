/** What a live card shows, as a hash, so that it is only changed when there is something new. */

import type { Reader } from '../db/client.ts';
import { type LiveCard, noteLiveContent } from '../db/live-cards.ts';
import { canonicalJson, sha256Hex } from '../domain/canonical.ts';

/** SHA-256 of a neutral card, hex. */
export const contentHash = (card: unknown): string => sha256Hex(canonicalJson(card));

/** In place of the hash of a card that may show something else than what was last sent: the next refresh goes out. */
export const NOT_KNOWN = '';

const OPEN_FORM = 'form:';

/**
 * In place of the hash of a card that the answer to the delivery `eventId` replaced: whether it arrived is not known.
 * Each answer's is another one, so that whoever changes the card can tell that somebody clicked meanwhile.
 */
export const answeredHash = (eventId: string, hasForm: boolean): string =>
  `${hasForm ? OPEN_FORM : 'answer:'}${eventId}`;

/** Whether a card was last seen with a form to be filled in; what is typed there is known to nobody else. */
export const showsForm = ({ contentHash }: Pick<LiveCard, 'contentHash'>): boolean =>
  contentHash.startsWith(OPEN_FORM);

/** Notes that `card` has been sent in place of what `shown` was read to show; a click that came between stays noted. */
export const noteShown = (db: Reader, shown: LiveCard, card: unknown): Promise<void> =>
  noteLiveContent(db, shown, contentHash(card));
