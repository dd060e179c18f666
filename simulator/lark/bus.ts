/** Tells open pages that something changed. */
import type { Json } from './model.ts';

export type BusEvent =
  | { readonly type: 'chat'; readonly openId: string }
  | { readonly type: 'toast'; readonly openId: string; readonly toast: Json }
  | { readonly type: 'people' | 'clock' | 'wire' };

export type Bus = {
  publish(event: BusEvent): void;
  /** Returns the function that ends the subscription. */
  subscribe(listener: (event: BusEvent) => void): () => void;
};

/** A bus without memory: who is not listening misses it. */
export function createBus(): Bus {
  const listeners = new Set<(event: BusEvent) => void>();
  return {
    publish: (event) => {
      for (const listener of listeners) listener(event);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
