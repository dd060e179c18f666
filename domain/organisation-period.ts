/** The periods of assignments: order of their days, overlaps, and one principal leader at a time (ORG-06). */
import { type Day, isDay } from './calendar.ts';
import { cellOf, errorAt, type ImportError, type RawRow } from './organisation-file.ts';

type Period = { readonly row: RawRow; readonly fromOn: Day; readonly toOn: Day };

/** Later than any day that can be written; stands for an open end. */
const OPEN_END: Day = '9999-12-31';

/** Reversed days, a row that repeats another's time, and a second principal leader of a unit. */
export function checkPeriods(
  assignments: readonly RawRow[],
  people: readonly RawRow[],
): readonly ImportError[] {
  const dated = assignments.map(periodOf).filter((period) => period !== null);
  const reversed = dated.filter(({ fromOn, toOn }) => toOn < fromOn);
  const periods = dated.filter(({ fromOn, toOn }) => fromOn <= toOn);
  return [
    ...reversed.map(({ row }) => errorAt('assignments.csv', row, 'to', 'datesReversed')),
    ...clashes(periods, sameAssignment, () => true).map(({ row, other }) =>
      errorAt('assignments.csv', row, 'from', 'overlap', { line: String(other.line) }),
    ),
    ...checkPrincipalLeaders(periods, people),
  ];
}

function checkPrincipalLeaders(
  periods: readonly Period[],
  people: readonly RawRow[],
): readonly ImportError[] {
  const left = new Set(
    people.filter((row) => cellOf(row, 'status') === 'left').map((row) => cellOf(row, 'code')),
  );
  const leaders = periods.filter(
    ({ row }) =>
      cellOf(row, 'kind') === 'role' &&
      cellOf(row, 'ref') === 'principal_leader' &&
      !left.has(cellOf(row, 'person_code')),
  );
  const unitOf = (row: RawRow) => cellOf(row, 'scope_code');
  const differ = (a: RawRow, b: RawRow) => cellOf(a, 'person_code') !== cellOf(b, 'person_code');
  return clashes(leaders, unitOf, differ).map(({ row, other }) =>
    errorAt('assignments.csv', row, 'ref', 'secondPrincipalLeader', {
      unit: unitOf(row),
      line: String(other.line),
    }),
  );
}

/** Each row whose period meets that of an earlier line of the same group, with that line. */
function clashes(
  periods: readonly Period[],
  groupOf: (row: RawRow) => string,
  counts: (a: RawRow, b: RawRow) => boolean,
): readonly { readonly row: RawRow; readonly other: RawRow }[] {
  return [...Map.groupBy(periods, ({ row }) => groupOf(row)).values()].flatMap((group) =>
    group.flatMap((period, index) => {
      const other = group
        .slice(0, index)
        .find((earlier) => meet(earlier, period) && counts(earlier.row, period.row));
      return other === undefined ? [] : [{ row: period.row, other: other.row }];
    }),
  );
}

const meet = (a: Period, b: Period): boolean => a.fromOn <= b.toOn && b.fromOn <= a.toOn;

const sameAssignment = (row: RawRow): string =>
  JSON.stringify(['person_code', 'kind', 'ref', 'scope_code'].map((name) => cellOf(row, name)));

/** null when a day cannot be read; that is reported where cells are checked. */
function periodOf(row: RawRow): Period | null {
  const fromOn = cellOf(row, 'from');
  const toOn = cellOf(row, 'to') || OPEN_END;
  return isDay(fromOn) && isDay(toOn) ? { row, fromOn, toOn } : null;
}
