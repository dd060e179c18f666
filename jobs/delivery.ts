/** The words in which the sender's parts speak to each other. */
import type { DeliveryFailure, Messenger } from '../bot/messenger.ts';
import type { Store } from '../services/context.ts';

export type DeliverOptions = {
  readonly db: Store;
  readonly now: () => Date;
  readonly zone: string;
  readonly messengers: ReadonlyMap<string, Messenger>;
};

export type Target = {
  readonly platform: string;
  readonly userId: string;
  readonly chatRef: string | null;
};

/** What the pump has to know: a failure that concerns more than this message. */
export type Delivered = { readonly failure: DeliveryFailure | null };

/**
 * Waits until the platform's limits let one more call pass, and counts it. The milliseconds that took, or null: the
 * process is closing or another one sends now, and nothing goes out any more.
 */
export type Gate = () => Promise<number | null>;
