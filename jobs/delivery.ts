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
