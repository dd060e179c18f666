/** The dossier after a move that has been decided and not been written yet: what the answer to a click shows. */
import type { Dossier, HistoryRow } from '../db/dossiers.ts';
import type { NewStepEvent, ProcedureMove } from '../db/moves.ts';

/**
 * `dossier` as it will be read once `move` is written. Not for a move that records a meeting or completes the form:
 * these write rows of their own, and the dossier is read again.
 */
export function afterMove(dossier: Dossier, move: ProcedureMove): Dossier {
  const opened = move.turn?.opened.map(({ id, personCode, dueOn }) => ({ id, personCode, dueOn }));
  const openTasks = opened ?? dossier.openTasks;
  return {
    ...dossier,
    row: {
      ...dossier.row,
      state: { ...move.state, writers: writersAfter(dossier, move) },
      completedAt: move.completedAt,
      draft: move.draft ?? dossier.row.draft,
    },
    history: [...dossier.history, ...move.steps.map((step) => historyRow(dossier, step, move.at))],
    openTasks: openTasks.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
    submitted:
      move.submitted === undefined
        ? dossier.submitted
        : { content: move.submitted.content, submittedAt: move.at },
  };
}

function writersAfter({ row }: Dossier, { submitted }: ProcedureMove): readonly string[] {
  const writers = row.state.writers ?? [];
  return submitted === undefined ? writers : [...new Set([...writers, submitted.by])];
}

/** Whether a move writes more than `afterMove` can tell. */
export const needsReading = (move: ProcedureMove): boolean =>
  move.meeting !== undefined || move.completedAt !== null;

function historyRow(dossier: Dossier, step: NewStepEvent, at: Date): HistoryRow {
  const { stepId, action, actorCode, capacity, opinion, version } = step;
  const actorName = nameIn(dossier, actorCode);
  const held = { heldOn: null, attendees: null, attendeeNames: null };
  return { stepId, action, actorCode, actorName, capacity, opinion, version, at, ...held };
}

function nameIn({ row, holders }: Dossier, code: string): string | null {
  if (code === row.state.subject) return row.subjectName;
  return holders.find(({ personCode }) => personCode === code)?.name ?? null;
}
