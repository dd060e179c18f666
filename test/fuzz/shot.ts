/** One request and what may be answered to it. */

/** What an answer to a shot is held against. */
export type Expectation =
  /** A well-formed, validly signed click: always 200 with a toast or a card. */
  | {
      readonly kind: 'click';
      readonly sender: string | null;
      /** False = whoever sends this must not succeed. */
      readonly mayChange: boolean;
    }
  /** A validly signed event. */
  | { readonly kind: 'event' }
  /** Validly signed, but damaged inside: accepted or refused, never broken. */
  | { readonly kind: 'damaged' }
  /** Not from the platform: refused without a word. */
  | {
      readonly kind: 'refused';
      /** Whoever sends a megabyte too much may find the door closed before he has finished. */
      readonly mayClose: boolean;
    }
  | { readonly kind: 'challenge'; readonly answer: string }
  /** Another route; these statuses are right. */
  | { readonly kind: 'route'; readonly statuses: readonly number[] }
  /** Broken HTTP: a 4xx, or the connection is closed. */
  | { readonly kind: 'broken' };

export type Shot = {
  /** The row of the report. */
  readonly kind: string;
  readonly expect: Expectation;
} & (
  | {
      readonly method: string;
      readonly path: string;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Uint8Array | string | null;
    }
  /** Bytes for a connection of their own. */
  | { readonly bytes: Buffer }
);

/** What came back. `status` 0 = the connection was closed without an answer. */
export type Outcome = {
  readonly status: number;
  readonly body: string;
  readonly ms: number;
  readonly isTimeout: boolean;
};
