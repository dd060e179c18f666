/** What a verb leaves behind beside its own rows: messages to deliver and timers to fire. */

/** What is to be shown; rendered when it is sent, so that a late message never shows an old state. */
export type MessageContent =
  /** A fresh message with the live card of `subject`; an older one of the same person is retired. */
  | { readonly kind: 'announce'; readonly subject: string }
  /** Brings an already sent live card up to date, silently. */
  | { readonly kind: 'refresh'; readonly subject: string }
  /** Takes the buttons off a message that has been replaced by a newer one. */
  | { readonly kind: 'retire'; readonly platform: string; readonly messageRef: string }
  /** A card of its own, e.g. the answer to a typed command. */
  | { readonly kind: 'card'; readonly card: unknown }
  /** The waiting reminders of one person as one message. */
  | { readonly kind: 'digest'; readonly reminderIds: readonly string[] }
  /** The register of a unit as a spreadsheet. */
  | { readonly kind: 'registerFile'; readonly unitCode: string };

/** A receiver who is no person of the organisation (yet). */
export type Address = { readonly platform: string; readonly userId: string };

export type Message = {
  /** The same key is sent at most once. */
  readonly key: string;
  readonly to: { readonly person: string } | { readonly address: Address };
  readonly content: MessageContent;
  /** Not before this instant; missing = at once. */
  readonly notBefore?: Date;
};

/** A due instant. One timer per (kind, subject, slot): setting it again moves it. */
export type TimerSpec = {
  readonly kind: string;
  readonly subject: string;
  readonly slot: string;
  readonly dueAt: Date;
  readonly payload?: Readonly<Record<string, string | number>>;
};
