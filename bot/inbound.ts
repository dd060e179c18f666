/** What a messenger delivers, whichever messenger it was. */
import type { ActionPayload } from '../cards/action.ts';
import type { FormValues } from '../cards/form.ts';
import type { Reply } from '../cards/model.ts';

export type Platform = string;

type InboundBase = {
  readonly platform: Platform;
  /** The key that de-duplicates this delivery. */
  readonly eventId: string;
  /** The platform's id of the person who acted. */
  readonly userId: string;
  /** The direct chat with this person, where the delivery names it. */
  readonly chatRef?: string;
};

export type InboundEvent =
  | (InboundBase & {
      readonly kind: 'text';
      readonly text: string;
      readonly messageId: string;
      readonly chatKind: 'direct' | 'group';
    })
  /** Something the bot cannot read: a picture, a file, a sticker. */
  | (InboundBase & {
      readonly kind: 'unreadable';
      readonly messageId: string;
      readonly chatKind: 'direct' | 'group';
    })
  | (InboundBase & { readonly kind: 'menu'; readonly key: string })
  | (InboundBase & { readonly kind: 'entered' })
  | (InboundBase & {
      readonly kind: 'action';
      readonly actionId: string;
      readonly payload: ActionPayload;
      readonly values: FormValues;
      /** The platform's reference of the clicked message; null = a button of a hosted page. */
      readonly messageRef: string | null;
    })
  /** Verified, understood to be none of our business (e.g. a read receipt). */
  | (InboundBase & { readonly kind: 'ignored' });

/** What the house answers to a delivery. `card` is the reply's card, kept neutral until the adapter renders it. */
export type Answer = Reply;

/** How long a click may wait for its answer, ms; messengers give up after three seconds. */
export const CLICK_DEADLINE_MS = 2_500;

/** The house's side of the wire: called once per verified delivery; `app.ts` plugs it in. */
export type Receive = (event: InboundEvent) => Promise<Answer>;

/** What was answered, and what those who watch the product may know of it. */
export type Received = {
  readonly answer: Answer;
  /** The code of the person who acted; null = nobody the organisation knows, or nobody was looked up. */
  readonly person: string | null;
  /** The answer is the stored one of an earlier delivery of the same event. */
  readonly repeated: boolean;
};

/** Handles one verified delivery. */
export type Handle = (event: InboundEvent) => Promise<Received>;
