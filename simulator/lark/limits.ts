/** Rate limits as sliding windows over the business clock (§4.11). */
import { rateFailure, serviceFailure } from './failure.ts';

type Rule = { readonly key: string; readonly limit: number; readonly windowMs: number };

export type Limits = {
  /** Tier 4 of one API: 1000/min and 50/s. @throws LarkFailure 99991400 with the wait in its headers */
  gateway(api: string): void;
  /** 5 messages a second per chat, whoever of person or group it is. @throws LarkFailure 230020 */
  receiver(chatId: string): void;
  /** 5 changes a second per message. @throws LarkFailure 230020 */
  message(messageId: string): void;
};

const perSecond = 1000;
const perMinute = 60_000;
/** Idle keys are dropped when this many have gathered. */
const sweepAt = 2000;

type Windows = {
  take(rules: readonly Rule[]): { readonly rule: Rule; readonly waitMs: number } | null;
};

function createWindows(nowMs: () => number): Windows {
  const taken = new Map<string, number[]>();

  const recent = (rule: Rule, now: number): number[] => {
    // A clock set back leaves instants in the future; they no longer count.
    const list = (taken.get(rule.key) ?? []).filter((at) => at <= now && at > now - rule.windowMs);
    taken.set(rule.key, list);
    return list;
  };
  const sweep = (now: number): void => {
    if (taken.size < sweepAt) return;
    for (const [key, list] of taken) {
      if ((list.at(-1) ?? 0) <= now - perMinute) taken.delete(key);
    }
  };

  return {
    take: (rules) => {
      const now = nowMs();
      sweep(now);
      for (const rule of rules) {
        const list = recent(rule, now);
        if (list.length < rule.limit) continue;
        return { rule, waitMs: (list[0] ?? now) + rule.windowMs - now };
      }
      for (const rule of rules) taken.get(rule.key)?.push(now);
      return null;
    },
  };
}

const unlimited: Limits = { gateway: () => {}, receiver: () => {}, message: () => {} };

/** Windows of one stand-in; `enforce` false lets everything pass. */
export function createLimits(nowMs: () => number, enforce: boolean): Limits {
  if (!enforce) return unlimited;
  const windows = createWindows(nowMs);
  const inService = (key: string): void => {
    const full = windows.take([{ key, limit: 5, windowMs: perSecond }]);
    if (full !== null) throw serviceFailure(230020, 'This operation triggers the frequency limit.');
  };
  return {
    gateway: (api) => {
      const full = windows.take([
        { key: `s/${api}`, limit: 50, windowMs: perSecond },
        { key: `m/${api}`, limit: 1000, windowMs: perMinute },
      ]);
      if (full !== null) throw rateFailure(full.rule.limit, Math.ceil(full.waitMs / 1000));
    },
    receiver: (chatId) => inService(`r/${chatId}`),
    message: (messageId) => inService(`p/${messageId}`),
  };
}
