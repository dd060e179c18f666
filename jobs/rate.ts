/** Keeps the sender under a platform's limits, so that a refusal stays the exception. */
import type { MessengerLimits } from '../bot/messenger.ts';

export type Budget = {
  /** Milliseconds until the message `id` to `receiver` may go out; 0 = now, and it is counted. */
  readonly spend: (receiver: string, id: string) => number;
  /** The platform asked everybody to wait. */
  readonly pause: (ms: number) => void;
  /**
   * Counts what another process sent, in any order, in place of what it was told before. Messages that were counted
   * here as they went out are passed over.
   */
  readonly remember: (sent: readonly { readonly id: string; readonly ageMs: number }[]) => void;
};

type Sent = { readonly at: number; readonly id: string; readonly isOwn: boolean };

const SECOND = 1_000;
const MINUTE = 60_000;

/** A budget over sliding windows of real time; `clock` counts milliseconds and never goes back. */
export function createBudget(limits: MessengerLimits, clock: () => number): Budget {
  let sent: Sent[] = [];
  const bySecond = new Map<string, Sent[]>();
  let pausedUntil = 0;
  // Sent as a burst, a second's messages and the next second's could meet on the way and arrive as one.
  const gap = Math.floor(SECOND / limits.sendsPerSecond);
  return {
    spend: (receiver, id) => {
      const now = clock();
      while (sent.length > 0 && (sent[0]?.at ?? 0) <= now - MINUTE) sent.shift();
      const toOne = (bySecond.get(receiver) ?? []).filter((one) => one.at > now - SECOND);
      const wait = Math.max(
        pausedUntil - now,
        waitFor(sent, 1, gap, now),
        waitFor(sent, limits.sendsPerSecond, SECOND, now),
        waitFor(sent, limits.sendsPerMinute, MINUTE, now),
        waitFor(toOne, limits.sendsPerSecondPerPerson, SECOND, now),
      );
      if (wait > 0) return wait;
      const one = { at: now, id, isOwn: true };
      sent.push(one);
      bySecond.set(receiver, [...toOne, one]);
      if (bySecond.size > 2_000) forget(bySecond, now);
      return 0;
    },
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, clock() + ms);
    },
    remember: (lately) => {
      const now = clock();
      const own = sent.filter(({ isOwn }) => isOwn);
      const known = new Set(own.map(({ id }) => id));
      const others = lately
        .filter(({ id }) => !known.has(id))
        .map(({ id, ageMs }) => ({ at: now - Math.max(0, ageMs), id, isOwn: false }));
      sent = [...others, ...own].sort((a, b) => a.at - b.at);
    },
  };
}

/** How long until the oldest of the last `limit` sends leaves the window. */
function waitFor(sent: readonly Sent[], limit: number, window: number, now: number): number {
  const oldest = sent.at(-limit)?.at;
  return oldest === undefined || sent.length < limit ? 0 : oldest + window - now;
}

function forget(bySecond: Map<string, Sent[]>, now: number): void {
  for (const [receiver, times] of bySecond) {
    if ((times.at(-1)?.at ?? 0) <= now - SECOND) bySecond.delete(receiver);
  }
}
