/** A procedure's move as data: its next state and the rows that come with it, written by `record_change`. */
import type { Transaction } from 'kysely';
import type { Day } from '../domain/calendar.ts';
import type { ProcedureState, StepDetail } from '../domain/procedure-state.ts';
import type { StepEventRow } from './procedures.ts';
import type { Database } from './schema.ts';
import type { TaskRow } from './tasks.ts';

export type NewStepEvent = {
  readonly stepId: string;
  readonly action: StepEventRow['action'];
  readonly actorCode: string;
  /** In which role the actor acted, e.g. `department_head`; `author` for the form's owner. */
  readonly capacity: string;
  readonly opinion: string | null;
  readonly version: number;
  readonly meetingId: string | null;
  readonly detail: StepDetail;
};

export type NewMeeting = {
  readonly id: string;
  readonly heldOn: Day;
  readonly attendees: readonly string[];
  readonly result: 'passed' | 'returned' | 'discussed';
  readonly recordedBy: string;
};

export type ProcedureMove = {
  readonly id: string;
  /** The revision it was decided on; if the database has another one, nothing is written. */
  readonly expected: number;
  readonly state: ProcedureState;
  readonly at: Date;
  readonly completedAt: Date | null;
  /** Missing = unchanged. */
  readonly draft?: unknown;
  /** The submitted content of `state.version`. */
  readonly submitted?: {
    readonly content: unknown;
    readonly contentHash: string;
    readonly by: string;
  };
  readonly meeting?: NewMeeting;
  readonly steps: readonly NewStepEvent[];
  /** The step's open tasks end and the next ones open. */
  readonly turn?: {
    /** Whose task is done; those of others lapse. */
    readonly by: string;
    /** The open tasks that end; if there are others beside the kept ones, nothing is written. */
    readonly ended: readonly string[];
    /** The step goes on for these. */
    readonly kept: readonly string[];
    readonly opened: readonly TaskRow[];
    /** The kind of the ended tasks' timers. */
    readonly timerKind: string;
  };
};

/** The shape `record_move` reads. */
export function moveJson({ state, ...move }: ProcedureMove): unknown {
  const { status, stepIndex, version, revision, signed, collected } = state;
  return { ...move, status, stepIndex, version, revision, signed, collected };
}

const CONFLICT = 'LS001';

class Conflict extends Error {
  readonly code = CONFLICT;
}

/**
 * Holds procedure `id` until the transaction ends, for a move that writes rows of its own first.
 * @throws a conflict when it is no longer at `revision`
 */
export async function holdAt(
  trx: Transaction<Database>,
  id: string,
  revision: number,
): Promise<void> {
  const row = await trx
    .selectFrom('procedure')
    .select('revision')
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (row?.revision !== revision) throw new Conflict('the procedure has moved');
}

/** Ours, and PostgreSQL's own: deadlock_detected, serialization_failure. Nothing was written; doing it anew helps. */
const CONFLICTS: ReadonlySet<unknown> = new Set([CONFLICT, '40P01', '40001']);

/** Whether `error` says that something had been decided on a state that is no longer there. */
export function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CONFLICTS.has(error.code);
}
