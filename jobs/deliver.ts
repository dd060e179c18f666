/** Delivers one claimed message: prepare, send with its key, write down what happened. */

import type { Delivery, Messenger, SentRef } from '../bot/messenger.ts';
import { renderText } from '../cards/render/text.ts';
import {
  accountsOf,
  delayMessage,
  endMessage,
  forgetShown,
  type WaitingMessage,
} from '../services/dispatch.ts';
import { contentHash, NOT_KNOWN } from '../services/live-card.ts';
import { replaceLost, settleAnnounced, settleSent, settleShown } from '../services/outbox.ts';
import type { Prepared } from './content.ts';
import type { Delivered, DeliverOptions, Gate, Target } from './delivery.ts';
import { postpone } from './postpone.ts';
import { type Ready, read } from './ready.ts';

const fine: Delivered = { failure: null };

/** The identity a message goes to: the first reachable one whose messenger is switched on. */
export async function targetOf(
  options: DeliverOptions,
  row: WaitingMessage,
): Promise<Target | null> {
  if (row.address !== null) return { ...row.address, chatRef: null };
  if (row.personCode === null) return null;
  const identities = await accountsOf(options.db, row.personCode);
  return identities.find(({ platform }) => options.messengers.has(platform)) ?? null;
}

/** Delivers `row` to `target` once `gate` lets it pass. Never throws for what a platform does. */
export async function deliver(
  options: DeliverOptions,
  row: WaitingMessage,
  target: Target,
  gate: Gate,
): Promise<Delivered> {
  const first = await read(options, row, target);
  if (first.kind === 'nothing') return drop(options, row);
  // Read before the gate, so that nothing slow lies between it and the call: the limits count arrivals.
  const waited = await gate();
  if (waited === null) return putBack(options, row);
  const ready = waited < STALE_MS ? first : await read(options, row, target);
  switch (ready.kind) {
    case 'nothing':
      return drop(options, row);
    case 'update':
      return retire(options, row, target, ready);
    case 'change':
      return refresh(options, row, target, ready);
    case 'takeBack':
      return takeBack(options, row, target, ready);
    default:
      return send(options, ready.messenger, row, target, ready.prepared);
  }
}

/** What was read longer ago may show an old state. */
const STALE_MS = 1_000;

/** Takes the buttons off a message whose arrival was never learned of, if it has arrived. */
async function takeBack(
  options: DeliverOptions,
  row: WaitingMessage,
  target: Target,
  { messenger, card }: Extract<Ready, { kind: 'takeBack' }>,
): Promise<Delivered> {
  const first = row.firstAttemptAt ?? options.now();
  // Nowhere to look: the key finds the message, and if there was none the person learns that there is nothing to do.
  const found =
    target.chatRef === null
      ? await messenger.send(target.userId, card, row.id)
      : await messenger.find(target.chatRef, row.id, first);
  if (!found.ok) return postpone(options, row, target, found.failure);
  if (found.value === null) return drop(options, row);
  const { messageRef } = found.value;
  return retire(options, row, target, { platform: target.platform, messageRef, card });
}

async function retire(
  options: DeliverOptions,
  row: WaitingMessage,
  target: Target,
  { platform, messageRef, card }: Omit<Extract<Prepared, { kind: 'update' }>, 'kind'>,
): Promise<Delivered> {
  const result = await options.messengers.get(platform)?.update(messageRef, card);
  return result === undefined ||
    result.ok ||
    result.failure.kind === 'gone' ||
    result.failure.kind === 'malformed'
    ? finish(options, row)
    : postpone(options, row, target, result.failure);
}

async function send(
  options: DeliverOptions,
  messenger: Messenger,
  row: WaitingMessage,
  target: Target,
  prepared: Extract<Prepared, { kind: 'card' | 'live' | 'file' }>,
): Promise<Delivered> {
  const result = await sendOnce(options, messenger, row, target, prepared);
  if (!result.ok) return postpone(options, row, target, result.failure);
  const now = options.now();
  const to = { platform: target.platform, userId: target.userId, chatRef: result.value.chatRef };
  if (prepared.kind === 'live' && row.personCode !== null) {
    const card = {
      personCode: row.personCode,
      subject: prepared.subject,
      platform: target.platform,
      messageRef: result.value.messageRef,
      contentHash: isCertain(row, prepared) ? contentHash(prepared.card) : NOT_KNOWN,
      sentAt: now,
    };
    const lifetimeMs = messenger.limits.cardLifetimeMs;
    await settleAnnounced(options.db, row, to, card, {
      lifetimeMs,
      window: prepared.window,
      zone: options.zone,
    });
  } else {
    await settleSent(options.db, row, to, now);
  }
  return fine;
}

/**
 * Whether the message shows what was sent last. An earlier attempt whose answer was lost may have shown an older state,
 * and the platform keeps that message; but a form that has waited for the person all the time looked the same.
 */
function isCertain(
  { attempts, firstAttemptAt }: WaitingMessage,
  { stake, movedAt }: Extract<Prepared, { kind: 'live' }>,
): boolean {
  if (attempts <= 1 || firstAttemptAt === null) return true;
  return stake === 'acts' && (movedAt === null || movedAt < firstAttemptAt);
}

/**
 * Sends with the message's key. When an earlier attempt's outcome is unknown and the platform has forgotten the key,
 * looks in the chat first, so that a lost answer never becomes a second message.
 */
async function sendOnce(
  options: DeliverOptions,
  messenger: Messenger,
  row: WaitingMessage,
  target: Target,
  prepared: Extract<Prepared, { kind: 'card' | 'live' | 'file' }>,
): Promise<Delivery<SentRef>> {
  const first = row.firstAttemptAt ?? options.now();
  const forgotten =
    options.now().getTime() - first.getTime() > messenger.limits.keyLifetimeMs * KEY_MARGIN;
  if (row.attempts > 1 && forgotten && target.chatRef !== null) {
    const found = await messenger.find(target.chatRef, row.id, first);
    if (!found.ok) return found;
    if (found.value !== null) return { ok: true, value: found.value };
  }
  if (prepared.kind === 'file') return messenger.sendFile(target.userId, prepared.file, row.id);
  const sent = await messenger.send(target.userId, prepared.card, row.id);
  if (sent.ok || sent.failure.kind !== 'malformed') return sent;
  // The platform refuses the card itself: better plain words than silence.
  return messenger.sendText(target.userId, renderText(prepared.card), `${row.id}-text`);
}

const KEY_MARGIN = 0.9;

async function refresh(
  options: DeliverOptions,
  row: WaitingMessage,
  target: Target,
  { messenger, card, person, shown }: Extract<Ready, { kind: 'change' }>,
): Promise<Delivered> {
  const { db } = options;
  const result = await messenger.update(shown.messageRef, card);
  if (result.ok) {
    await settleShown(db, row, shown, card, options.now());
    return fine;
  }
  if (result.failure.kind !== 'gone') return postpone(options, row, target, result.failure);
  await forgetShown(db, shown);
  await replaceLost(db, row, person, shown.subject, options.now());
  return fine;
}

/** Nothing was tried: whoever sends next finds the message as it was. */
async function putBack(options: DeliverOptions, row: WaitingMessage): Promise<Delivered> {
  await delayMessage(options.db, row, { until: options.now(), failure: null, counted: false });
  return fine;
}

async function finish(options: DeliverOptions, row: WaitingMessage): Promise<Delivered> {
  await endMessage(options.db, row, { state: 'sent', at: options.now() });
  return fine;
}

async function drop(options: DeliverOptions, row: WaitingMessage): Promise<Delivered> {
  await endMessage(options.db, row, { state: 'dropped', at: options.now() });
  return fine;
}
