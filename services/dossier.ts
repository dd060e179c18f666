/** The dossier after a move that has been decided and not been written yet: what the answer to a click shows. */
import type { Dossier, HistoryRow } from '../db/dossiers.ts';
import type { NewStepEvent, ProcedureMove } from '../db/moves.ts';

/**
 * `dossier` as it will be read once `move` is written. Not for a move that records a meeting or completes the form:
 * these write rows of their own, and the dossier is read again.
 */
export function afterMove(dossier: Dossier, move: ProcedureMove): Dossier {
  const openTasks = tasksAfter(dossier, move);
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

function tasksAfter({ openTasks }: Dossier, { turn }: ProcedureMove): Dossier['openTasks'] {
  if (turn === undefined) return openTasks;
  const opened = turn.opened.map(({ id, personCode, dueOn }) => ({ id, personCode, dueOn }));
  return [...openTasks.filter(({ id }) => turn.kept.includes(id)), ...opened];
}

/** Whether a move writes more than `afterMove` can tell: a meeting, numbers, people it has not met. */
export const needsReading = (move: ProcedureMove): boolean =>
  move.meeting !== undefined ||
  move.completedAt !== null ||
  move.steps.some(({ detail }) => detail.to !== undefined);

function historyRow(dossier: Dossier, step: NewStepEvent, at: Date): HistoryRow {
  const { stepId, action, actorCode, capacity, opinion, version, detail } = step;
  const names = {
    actorName: nameIn(dossier, actorCode),
    onBehalfOfName: nameIn(dossier, detail.onBehalfOf),
    toName: nameIn(dossier, detail.to),
  };
  const held = { heldOn: null, attendees: null, attendeeNames: null };
  return { stepId, action, actorCode, capacity, opinion, version, detail, at, ...names, ...held };
}

function nameIn(dossier: Dossier, code: string | undefined): string | null {
  const { row, holders, deputies, colleagues, present } = dossier;
  if (code === row.state.subject) return row.subjectName;
  const held = holders.find(({ personCode }) => personCode === code);
  const named = [...deputies, ...colleagues, ...present].find((each) => each.code === code);
  return held?.name ?? named?.name ?? null;
}
