/** What the sender needs of the database: its turn, due messages, receivers, what a card shows, and outcomes. */
import type { Reader } from '../db/client.ts';
import { forgetDeliveries } from '../db/effects.ts';
import { type Identity, identitiesFor } from '../db/identity.ts';
import { dropLiveCard, findLiveCard, type LiveCard } from '../db/live-cards.ts';
import {
  claimMessages,
  finishMessage,
  nextMessageAt,
  type OutboxRow,
  postponeMessage,
} from '../db/outbox.ts';
import { whileLocked } from '../db/singleton.ts';

export type WaitingMessage = OutboxRow;

const BATCH = 48;
const LEASE_MS = 120_000;

/** Runs `work` if no other process is sending. */
export const inTurn = (db: Reader, work: () => Promise<void>): Promise<boolean> =>
  whileLocked(db, 'outbox', work);

/** Claims the next messages that are due; a claim whose process died ends by itself. */
export const claimDueMessages = (db: Reader, now: Date): Promise<readonly WaitingMessage[]> =>
  claimMessages(db, now, new Date(now.getTime() + LEASE_MS), BATCH);

/** When the next message may go out, or null. */
export const nextMessageDue = (db: Reader): Promise<Date | null> => nextMessageAt(db);

/** The accounts of a person, reachable ones first. */
export const accountsOf = (db: Reader, personCode: string): Promise<readonly Identity[]> =>
  identitiesFor(db, personCode);

/** The live card a person has of `subject`. */
export const shownTo = (
  db: Reader,
  personCode: string,
  subject: string,
): Promise<LiveCard | undefined> => findLiveCard(db, personCode, subject);

/** Forgets a live card the platform no longer lets us change. */
export const forgetShown = (db: Reader, card: LiveCard): Promise<void> =>
  dropLiveCard(db, card.platform, card.messageRef);

/** Ends a message that needs no further step. */
export const endMessage = (
  db: Reader,
  row: WaitingMessage,
  outcome: {
    readonly state: 'sent' | 'dead' | 'dropped';
    readonly at: Date;
    readonly failure?: string;
  },
): Promise<void> => finishMessage(db, row.id, outcome);

/** Puts a message back; an attempt the platform never looked at does not count. */
export const delayMessage = (
  db: Reader,
  row: WaitingMessage,
  delay: { readonly until: Date; readonly failure: string; readonly counted: boolean },
): Promise<void> => postponeMessage(db, row.id, delay.until, delay.failure, delay.counted);

/** Forgets deliveries answered before `before`. */
export const forgetAnswered = (db: Reader, before: Date): Promise<number> =>
  forgetDeliveries(db, before);
