/** Keeps the sender under a platform's limits, so that a refusal stays the exception. */
import type { MessengerLimits } from '../bot/messenger.ts';

export type Budget = {
  /** Milliseconds until a message to `receiver` may go out; 0 = now, and it is counted. */
  readonly spend: (receiver: string) => number;
  /** The platform asked everybody to wait. */
  readonly pause: (ms: number) => void;
  /** Counts what another process sent `ages` milliseconds ago, in any order. */
  readonly remember: (ages: readonly number[]) => void;
};

const SECOND = 1_000;
const MINUTE = 60_000;

/** A budget over sliding windows of real time; `clock` counts milliseconds and never goes back. */
export function createBudget(limits: MessengerLimits, clock: () => number): Budget {
  let sent: number[] = [];
  const bySecond = new Map<string, number[]>();
  let pausedUntil = 0;
  // Sent as a burst, a second's messages and the next second's could meet on the way and arrive as one.
  const gap = Math.floor(SECOND / limits.sendsPerSecond);
  return {
    spend: (receiver) => {
      const now = clock();
      while (sent.length > 0 && (sent[0] ?? 0) <= now - MINUTE) sent.shift();
      const own = (bySecond.get(receiver) ?? []).filter((at) => at > now - SECOND);
      const wait = Math.max(
        pausedUntil - now,
        waitFor(sent, 1, gap, now),
        waitFor(sent, limits.sendsPerSecond, SECOND, now),
        waitFor(sent, limits.sendsPerMinute, MINUTE, now),
        waitFor(own, limits.sendsPerSecondPerPerson, SECOND, now),
      );
      if (wait > 0) return wait;
      sent.push(now);
      bySecond.set(receiver, [...own, now]);
      if (bySecond.size > 2_000) forget(bySecond, now);
      return 0;
    },
    pause: (ms) => {
      pausedUntil = Math.max(pausedUntil, clock() + ms);
    },
    remember: (ages) => {
      const now = clock();
      sent = [...ages.map((age) => now - Math.max(0, age)), ...sent].sort((a, b) => a - b);
    },
  };
}

/** How long until the oldest of the last `limit` sends leaves the window. */
function waitFor(sent: readonly number[], limit: number, window: number, now: number): number {
  const oldest = sent.at(-limit);
  return oldest === undefined || sent.length < limit ? 0 : oldest + window - now;
}

function forget(bySecond: Map<string, number[]>, now: number): void {
  for (const [receiver, times] of bySecond) {
    if ((times.at(-1) ?? 0) <= now - SECOND) bySecond.delete(receiver);
  }
}
