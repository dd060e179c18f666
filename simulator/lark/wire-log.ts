/** The last requests in both directions, readable, with secrets masked. */
import { isJson } from './model.ts';

export type WireEntry = {
  readonly id: number;
  /** Business time, ISO. */
  readonly at: string;
  /** `in`: the bot calls the platform; `out`: the platform calls the bot. */
  readonly direction: 'in' | 'out';
  readonly method: string;
  readonly path: string;
  /** HTTP status; 0 = no answer. */
  readonly status: number;
  readonly ms: number;
  readonly request: unknown;
  readonly response: unknown;
};

export type WireLog = {
  add(entry: Omit<WireEntry, 'id' | 'at'>): void;
  /** Newest first. */
  entries(): readonly WireEntry[];
};

const ringSize = 500;
const secretMembers =
  /^(token|.*_token|.*secret|code|code_verifier|challenge|authorization|encrypt)$/i;

/** Replaces the value of every member that carries a secret; JSON inside strings is opened for reading. */
function mask(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(mask);
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]) => {
      if (typeof child === 'string' && secretMembers.test(key)) return [key, '***'];
      return [key, mask(key === 'content' ? opened(child) : child)];
    }),
  );
}

function opened(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** A ring of the newest entries; `onAdd` is told after each one. */
export function createWireLog(now: () => Date, onAdd: () => void): WireLog {
  let ring: WireEntry[] = [];
  let last = 0;
  return {
    add: (entry) => {
      last += 1;
      const masked = { ...entry, request: mask(entry.request), response: mask(entry.response) };
      ring = [{ id: last, at: now().toISOString(), ...masked }, ...ring].slice(0, ringSize);
      onAdd();
    },
    entries: () => ring,
  };
}
