/** One delivery, answered once: whatever arrives again gets the stored reply and changes nothing. */
import type { Reader } from '../db/client.ts';
import { findDelivery, isRepeatedDelivery } from '../db/effects.ts';
import { isConflict } from '../db/moves.ts';
import type { Message } from '../domain/effect.ts';
import { answeredHash } from './live-card.ts';
import { messageRows } from './mutate.ts';
import { createUnitOfWork, type UnitOfWork } from './unit-of-work.ts';

export type DeliveryKey = { readonly platform: string; readonly eventId: string };

/** A handled delivery: the reply to store, the messages that answer it, and the message whose card it replaces. */
export type Handled<R> = {
  readonly reply: R;
  readonly messages: readonly Message[];
  readonly replaced?: { readonly messageRef: string; readonly hasForm: boolean };
};

/** Of several who decided on one state one wins each time, and the others then see what it did. */
const MOST_TRIES = 8;

/**
 * Handles a delivery once. `handle` works inside the unit of work; its reply is stored in the same transaction. It runs
 * again when somebody else's change came between its reading and its writing. A repeat, also one that arrives while
 * the first is still being handled, returns the stored reply.
 */
export async function deliverOnce<R>(
  db: Reader,
  key: DeliveryKey,
  now: Date,
  handle: (work: UnitOfWork) => Promise<Handled<R>>,
): Promise<R | unknown> {
  for (let tries = 1; ; tries += 1) {
    const work = createUnitOfWork(db);
    try {
      const { reply, messages, replaced } = await handle(work);
      const shown = replaced === undefined ? [] : [shownBy(key, replaced)];
      const extra = { shown, messages: messageRows(messages, now) };
      await work.commit({ ...key, receivedAt: now, reply }, extra);
      return reply;
    } catch (error) {
      await work.rollback();
      if (isRepeatedDelivery(error)) return findDelivery(db, key.platform, key.eventId);
      if (!isConflict(error) || tries >= MOST_TRIES) throw error;
    }
  }
}

const shownBy = (
  { platform, eventId }: DeliveryKey,
  { messageRef, hasForm }: NonNullable<Handled<unknown>['replaced']>,
) => ({ platform, messageRef, contentHash: answeredHash(eventId, hasForm) });
