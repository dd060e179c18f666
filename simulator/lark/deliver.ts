/** Events to the bot: at least once, retried after 15 s, 5 min, 1 h and 6 h of business time (§1.7). */
import { randomUUID } from 'node:crypto';
import type { Core } from './core.ts';
import { envelope, seal } from './envelope.ts';
import { exchange } from './exchange.ts';
import { isJson, type Json, type PendingEvent } from './model.ts';

const retryDelaysMs = [15_000, 300_000, 3_600_000, 21_600_000];

export type EventDelivery = {
  /** Pushes an event; resolves after the first attempt, whether it was acknowledged or not. */
  push(eventType: string, event: Json): Promise<void>;
  /** Repeats what is due now. */
  retryDue(): Promise<void>;
};

/** The same event under a fresh id where the platform says its id is no key (§1.8). */
function duplicateOf(eventType: string, payload: Json): Json {
  if (eventType !== 'im.message.receive_v1' || !isJson(payload['header'])) return payload;
  const header = { ...payload['header'], event_id: randomUUID().replaceAll('-', '') };
  return { ...payload, header };
}

/** Delivery of one stand-in; what still has to be repeated is kept in the store. */
export function createDelivery(core: Core): EventDelivery {
  const { app } = core.options;
  const underway = new Set<string>();

  const attempt = async (event: PendingEvent): Promise<void> => {
    underway.add(event.id);
    const result = await exchange(core, event, event.plain);
    underway.delete(event.id);
    if (result.kind === 'answered' && result.status === 200) {
      core.store.pending.delete(event.id);
    } else {
      const delay = retryDelaysMs[event.failures];
      event.failures += 1;
      if (delay === undefined) core.store.pending.delete(event.id);
      else event.nextAt = core.nowMs() + delay;
    }
    core.store.changed();
  };

  const start = (eventType: string, plain: Json): Promise<void> => {
    // Signed once: whether the clouds sign a repeat afresh is not known, and an old stamp is the harder case.
    const sealed = seal(app, plain, core.nowMs());
    const event: PendingEvent = {
      id: randomUUID(),
      eventType,
      plain,
      ...sealed,
      failures: 0,
      nextAt: core.nowMs(),
    };
    core.store.pending.set(event.id, event);
    core.store.changed();
    return attempt(event);
  };

  return {
    push: async (eventType, event) => {
      const payload = envelope(app, eventType, event, core.nowMs());
      await start(eventType, payload);
      if (core.faults.strike('duplicateEvents') !== null) {
        await start(eventType, duplicateOf(eventType, payload));
      }
    },
    retryDue: async () => {
      const now = core.nowMs();
      const due = [...core.store.pending.values()].filter(
        (event) => event.nextAt <= now && !underway.has(event.id),
      );
      await Promise.all(due.map(attempt));
    },
  };
}
