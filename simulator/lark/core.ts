/** What every part of one stand-in shares; nothing lives at module level, so several run side by side. */
import { type Bus, createBus } from './bus.ts';
import type { CardFacts } from './card-structure.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createFaults, type Faults } from './faults.ts';
import { createLimits, type Limits } from './limits.ts';
import type { LarkSimulatorOptions } from './model.ts';
import { createStore, type Store } from './store.ts';
import { createWireLog, type WireLog } from './wire-log.ts';

export type Core = {
  readonly options: LarkSimulatorOptions;
  readonly nowMs: () => number;
  readonly store: Store;
  readonly directory: Directory;
  readonly limits: Limits;
  readonly faults: Faults;
  readonly wire: WireLog;
  readonly bus: Bus;
  /** Messages whose click is being answered at this moment (§4.4 "card action is lock"). */
  readonly locked: Set<string>;
  readonly cardFacts: CardFacts;
  /** Aborted when the stand-in closes; everything that waits listens to it. */
  readonly closing: AbortController;
};

/** 14 days, ms: how long a sent card can be clicked and changed (§0). */
export const cardLifeMs = 14 * 24 * 3600_000;

/** Puts the shared parts together. */
export function createCore(options: LarkSimulatorOptions): Core {
  const nowMs = (): number => options.now().getTime();
  const store = createStore(options.app.appId, options.statePath);
  const bus = createBus();
  return {
    options,
    nowMs,
    store,
    directory: createDirectory(options.people, store),
    limits: createLimits(nowMs, options.enforceRates ?? true),
    faults: createFaults(),
    wire: createWireLog(options.now, () => bus.publish({ type: 'wire' })),
    bus,
    locked: new Set(),
    cardFacts: {
      imageKnown: (key) => store.uploads.get(key)?.fileType === 'message',
      personKnown: (openId) => store.seen.has(openId),
    },
    closing: new AbortController(),
  };
}
