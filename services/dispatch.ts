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
  sentSince,
} from '../db/outbox.ts';
import { createTurn, type Turn } from '../db/singleton.ts';

export type WaitingMessage = OutboxRow;
export type { LiveCard };

const LEASE_MS = 120_000;

/** The turn at sending: one process has it until it ends. */
export const createSenderTurn = (db: Reader): Turn => createTurn(db, 'outbox');

/** How long ago each message of the last `withinMs` went out, whoever sent it. */
export async function sentAges(
  db: Reader,
  now: Date,
  withinMs: number,
): Promise<readonly number[]> {
  const times = await sentSince(db, new Date(now.getTime() - withinMs));
  return times.map((at) => now.getTime() - at.getTime());
}

/** Claims up to `limit` messages that are due; a claim whose process died ends by itself. */
export const claimDueMessages = (
  db: Reader,
  now: Date,
  limit: number,
): Promise<readonly WaitingMessage[]> =>
  claimMessages(db, now, new Date(now.getTime() + LEASE_MS), limit);

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
  delay: { readonly until: Date; readonly failure: string | null; readonly counted: boolean },
): Promise<void> => postponeMessage(db, row.id, delay.until, delay.failure, delay.counted);

/** Forgets deliveries answered before `before`. */
export const forgetAnswered = (db: Reader, before: Date): Promise<number> =>
  forgetDeliveries(db, before);
