/** Trouble on demand: each fault strikes a counted number of times. */

export const faultKinds = [
  'error500',
  'rateLimited',
  'hang',
  'lost',
  'tokenRefused',
  'duplicateEvents',
  'dropCallbackAnswer',
] as const;

/**
 * - `error500`, `rateLimited` (429 with `resetSeconds`), `hang` (no work, no answer) and `lost`
 *   (the work is done, the answer never arrives) strike calls that write messages
 * - `tokenRefused` answers any call with 99991663
 * - `duplicateEvents` delivers an event twice
 * - `dropCallbackAnswer` loses what the bot answered to a click
 */
export type FaultKind = (typeof faultKinds)[number];

/** Which calls the message faults strike: new messages, changes of sent ones, or both. */
export const faultTargets = ['send', 'update', 'any'] as const;
export type FaultTarget = (typeof faultTargets)[number];

export type Fault = {
  readonly kind: FaultKind;
  readonly times: number;
  readonly target: FaultTarget;
  readonly resetSeconds: number;
};

type FaultInput = {
  readonly kind: FaultKind;
  /** How often it strikes; 0 switches it off. */
  readonly times: number;
  readonly target?: FaultTarget | undefined;
  readonly resetSeconds?: number | undefined;
};

export type Faults = {
  set(fault: FaultInput): void;
  list(): readonly Fault[];
  clear(): void;
  /** Uses the fault up once and returns it, or null when it does not strike here. */
  strike(kind: FaultKind, target?: FaultTarget): Fault | null;
};

/** A fresh set of faults, none of them on. */
export function createFaults(): Faults {
  const active = new Map<FaultKind, Fault>();
  return {
    set: ({ kind, times, target = 'send', resetSeconds = 1 }) => {
      if (times <= 0) active.delete(kind);
      else active.set(kind, { kind, times, target, resetSeconds });
    },
    list: () => [...active.values()],
    clear: () => active.clear(),
    strike: (kind, target) => {
      const fault = active.get(kind);
      if (fault === undefined) return null;
      if (target !== undefined && fault.target !== 'any' && fault.target !== target) return null;
      if (fault.times <= 1) active.delete(kind);
      else active.set(kind, { ...fault, times: fault.times - 1 });
      return fault;
    },
  };
}
