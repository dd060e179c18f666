/** The sender's turn as a process knows it: confirmed every two seconds while it sends, and trusted for a little longer. */
import type { Turn, TurnState } from '../services/dispatch.ts';

/** `wait` = nobody could be asked lately whether this process still has the turn. */
export type Permit = 'send' | 'wait' | 'stop';

export type SenderTurn = {
  /** Whether a run may begin. Whoever has just taken the turn takes over first, and again until that succeeds. */
  readonly begin: () => Promise<boolean>;
  /** Asks again when it is time to. False = the turn was lost meanwhile: the run must end, also when it came back. */
  readonly confirm: () => Promise<boolean>;
  /** Whether one more call may go out. */
  readonly permit: () => Permit;
  readonly isMine: () => boolean;
  readonly release: () => Promise<void>;
};

const CHECK_MS = 2_000;
/** After so long without an answer the database may have given the turn to another process. */
export const TRUST_MS = 4_000;

/** Watches `turn`; `takeOver` runs before the first message of everyone who takes it. `clock` counts milliseconds and never goes back. */
export function createSenderTurn(
  turn: Turn,
  takeOver: () => Promise<void>,
  clock: () => number,
): SenderTurn {
  let isMine = false;
  let hasTakenOver = false;
  let confirmedAt = Number.NEGATIVE_INFINITY;
  const age = (): number => clock() - confirmedAt;
  const look = async (): Promise<TurnState> => {
    const askedAt = clock();
    const state = await turn.take().catch((error: unknown) => {
      isMine = false;
      throw error;
    });
    if (state !== 'kept') hasTakenOver = false;
    confirmedAt = askedAt;
    return state;
  };
  return {
    begin: async () => {
      isMine = false;
      if ((await look()) === 'elsewhere') return false;
      if (!hasTakenOver) await takeOver();
      hasTakenOver = true;
      isMine = true;
      return true;
    },
    confirm: async () => {
      if (age() < CHECK_MS) return isMine;
      isMine = (await look()) === 'kept';
      return isMine;
    },
    permit: () => (!isMine ? 'stop' : age() > TRUST_MS ? 'wait' : 'send'),
    isMine: () => isMine,
    release: turn.release,
  };
}
