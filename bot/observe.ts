/** What a delivery and a call to a platform are to those who watch the product: ids, outcome and time, nothing a person wrote. */
import { performance } from 'node:perf_hooks';
import type { Logger } from 'pino';
import {
  type Answer,
  CLICK_DEADLINE_MS,
  type Handle,
  type InboundEvent,
  type Receive,
  type Received,
} from './inbound.ts';
import type { Delivery, DeliveryFailure, Messenger } from './messenger.ts';

export type DeliveryRecord = {
  readonly platform: string;
  readonly kind: InboundEvent['kind'];
  readonly result: 'answered' | 'repeated' | 'ignored' | 'failed';
  /** What the user was told; `late` = that it takes longer. */
  readonly outcome: 'ok' | 'refused' | 'late' | 'failed';
  readonly ms: number;
};

export type CallRecord = {
  readonly platform: string;
  readonly call: 'send' | 'sendText' | 'sendFile' | 'update' | 'find';
  readonly outcome: 'ok' | DeliveryFailure['kind'];
  readonly ms: number;
};

export type ObservedReceive = {
  readonly receive: Receive;
  /** Resolves when no delivery is being handled, also of those already answered as late. */
  readonly idle: () => Promise<void>;
};

/** The house's side of the wire, with one record and one log line per delivery. */
export function observeReceive(options: {
  readonly handle: Handle;
  /** Other action ids came from outside and are not repeated in a log. */
  readonly actionIds: readonly string[];
  readonly record: (record: DeliveryRecord) => void;
  readonly logger: Logger;
}): ObservedReceive {
  const known = new Set(options.actionIds);
  const nameOf = (actionId: string): string => (known.has(actionId) ? actionId : 'unknown');
  const underway = new Set<Promise<unknown>>();
  const note = (event: InboundEvent, received: Received | null, ms: number): void => {
    const record: DeliveryRecord = {
      platform: event.platform,
      kind: event.kind,
      result: resultOf(event, received),
      outcome: outcomeOf(received, ms),
      ms,
    };
    options.record(record);
    if (event.kind === 'ignored') return;
    options.logger.info(
      {
        ...record,
        ms: Math.round(ms),
        eventId: event.eventId,
        person: received?.person ?? undefined,
        action: event.kind === 'action' ? nameOf(event.actionId) : undefined,
      },
      'delivery handled',
    );
  };
  const receive = async (event: InboundEvent): Promise<Answer> => {
    const began = performance.now();
    let received: Received | null = null;
    try {
      received = await options.handle(event);
      return received.answer;
    } finally {
      note(event, received, performance.now() - began);
    }
  };
  return {
    receive: (event) => {
      const work = receive(event);
      const settled = work
        .catch(() => undefined)
        .finally(() => {
          underway.delete(settled);
        });
      underway.add(settled);
      return work;
    },
    idle: async () => {
      while (underway.size > 0) await Promise.all(underway);
    },
  };
}

function resultOf(event: InboundEvent, received: Received | null): DeliveryRecord['result'] {
  if (received === null) return 'failed';
  if (event.kind === 'ignored') return 'ignored';
  return received.repeated ? 'repeated' : 'answered';
}

function outcomeOf(received: Received | null, ms: number): DeliveryRecord['outcome'] {
  if (received === null) return 'failed';
  if (ms > CLICK_DEADLINE_MS) return 'late';
  const tone = received.answer.toast?.tone;
  return tone === 'warning' || tone === 'error' ? 'refused' : 'ok';
}

/** A messenger with one record and one log line per call; a message is named by its outbox id, never by its receiver. */
export function observeMessenger(
  messenger: Messenger,
  record: (record: CallRecord) => void,
  logger: Logger,
): Messenger {
  const watched = async <T>(
    call: CallRecord['call'],
    message: string,
    work: Promise<Delivery<T>>,
  ): Promise<Delivery<T>> => {
    const began = performance.now();
    const result = await work;
    const ms = performance.now() - began;
    const outcome = result.ok ? 'ok' : result.failure.kind;
    const { platform } = messenger;
    record({ platform, call, outcome, ms });
    const code = result.ok ? undefined : result.failure.code;
    logger.info({ platform, call, message, outcome, code, ms: Math.round(ms) }, 'platform called');
    return result;
  };
  return {
    platform: messenger.platform,
    limits: messenger.limits,
    send: (to, card, key) => watched('send', key, messenger.send(to, card, key)),
    sendText: (to, text, key) => watched('sendText', key, messenger.sendText(to, text, key)),
    sendFile: (to, file, key) => watched('sendFile', key, messenger.sendFile(to, file, key)),
    update: (ref, card) => watched('update', ref, messenger.update(ref, card)),
    find: (chat, key, since) => watched('find', key, messenger.find(chat, key, since)),
  };
}
