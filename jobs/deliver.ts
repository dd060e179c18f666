/** Delivers one claimed message: prepare, send with its key, write down what happened. */

import type { Delivery, Messenger, SentRef } from '../bot/messenger.ts';
import { renderText } from '../cards/render/text.ts';
import {
  accountsOf,
  endMessage,
  forgetShown,
  shownTo,
  type WaitingMessage,
} from '../services/dispatch.ts';
import { contentHash, noteShown } from '../services/live-card.ts';
import { replaceLost, settleAnnounced, settleSent } from '../services/outbox.ts';
import { type Prepared, prepare } from './content.ts';
import type { Delivered, DeliverOptions, Target } from './delivery.ts';
import { postpone } from './postpone.ts';

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

/** Delivers `row` to `target`. Never throws for what a platform does. */
export async function deliver(
  options: DeliverOptions,
  row: WaitingMessage,
  target: Target,
): Promise<Delivered> {
  const { db } = options;
  const messenger = options.messengers.get(target.platform);
  const now = options.now();
  const prepared = await prepare(db, row.content, row.personCode, { now, zone: options.zone });
  if (messenger === undefined || prepared.kind === 'nothing') return drop(options, row);
  if (prepared.kind === 'update') {
    const result = await options.messengers
      .get(prepared.platform)
      ?.update(prepared.messageRef, prepared.card);
    return result === undefined ||
      result.ok ||
      result.failure.kind === 'gone' ||
      result.failure.kind === 'malformed'
      ? finish(options, row)
      : postpone(options, row, target, result.failure);
  }
  if (prepared.kind === 'live' && prepared.mode === 'refresh') {
    return refresh(options, messenger, row, target, prepared);
  }
  return send(options, messenger, row, target, prepared);
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
      contentHash: contentHash(prepared.card),
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
  messenger: Messenger,
  row: WaitingMessage,
  target: Target,
  prepared: Extract<Prepared, { kind: 'live' }>,
): Promise<Delivered> {
  const { db } = options;
  const person = row.personCode;
  const shown = person === null ? undefined : await shownTo(db, person, prepared.subject);
  const hash = contentHash(prepared.card);
  if (person === null || shown === undefined || shown.contentHash === hash)
    return drop(options, row);
  const result = await messenger.update(shown.messageRef, prepared.card);
  if (result.ok) {
    await noteShown(db, shown.platform, shown.messageRef, prepared.card);
    return finish(options, row);
  }
  if (result.failure.kind !== 'gone') return postpone(options, row, target, result.failure);
  await forgetShown(db, shown);
  await replaceLost(db, row, person, prepared.subject, options.now());
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
