/** The port through which the house speaks to a messenger. Adapters implement it; jobs use it. */
import type { Card } from '../cards/model.ts';

/** The platform's reference of a sent message, opaque to the house. */
export type SentRef = { readonly messageRef: string; readonly chatRef: string };

/**
 * How a platform call failed, classified once in the adapter:
 * - `rateLimited`: wait `retryAfterMs`, then repeat with the same key
 * - `unavailable`: no or a broken answer; the outcome is unknown, repeat with the same key
 * - `unreachable`: this person cannot be reached (not in the app's range, resigned, blocked)
 * - `gone`: the message can no longer be changed (too old, recalled); send a fresh one
 * - `malformed`: the platform refuses the content; a plainer content may pass
 * - `misconfigured`: credentials, scopes, quota; an administrator must act
 */
export type DeliveryFailure =
  | {
      readonly kind: 'rateLimited';
      readonly retryAfterMs: number;
      readonly scope: 'app' | 'receiver';
      readonly code: string;
    }
  | { readonly kind: 'unavailable'; readonly code: string }
  | { readonly kind: 'unreachable'; readonly code: string }
  | { readonly kind: 'gone'; readonly code: string }
  | { readonly kind: 'malformed'; readonly code: string }
  | { readonly kind: 'misconfigured'; readonly code: string };

export type Delivery<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: DeliveryFailure };

export type OutgoingFile = { readonly name: string; readonly bytes: Uint8Array };

export type Messenger = {
  readonly platform: string;
  readonly limits: MessengerLimits;
  /** Sends a card to a person. `key` (≤ 50 characters) makes a repeat within the platform's window harmless. */
  send(userId: string, card: Card, key: string): Promise<Delivery<SentRef>>;
  /** Sends plain text. */
  sendText(userId: string, text: string, key: string): Promise<Delivery<SentRef>>;
  /** Uploads a file and sends it. */
  sendFile(userId: string, file: OutgoingFile, key: string): Promise<Delivery<SentRef>>;
  /** Replaces the card of a sent message. */
  update(messageRef: string, card: Card): Promise<Delivery<null>>;
  /**
   * Looks whether the message of `key` did arrive although its answer was lost.
   * `chatRef` is the direct chat with the person where known; null = it cannot be told.
   */
  find(chatRef: string, key: string, since: Date): Promise<Delivery<SentRef | null>>;
};

export type MessengerLimits = {
  readonly sendsPerSecond: number;
  readonly sendsPerMinute: number;
  readonly sendsPerSecondPerPerson: number;
  readonly updatesPerSecondPerMessage: number;
  /** How long a repeated `key` is recognised, ms. */
  readonly keyLifetimeMs: number;
  /** How long a sent card can be clicked and changed, ms. */
  readonly cardLifetimeMs: number;
};
