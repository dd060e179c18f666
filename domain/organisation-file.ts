/** The five organisation files: their columns, what a cell may hold, and how an error is named (contract §5). */
import { isDay } from './calendar.ts';

export const ORGANISATION_FILES = [
  'units.csv',
  'departments.csv',
  'posts.csv',
  'people.csv',
  'assignments.csv',
] as const;

export type OrganisationFile = (typeof ORGANISATION_FILES)[number];

/** The same made for each of the files. */
export const perFile = <T>(make: (file: OrganisationFile) => T): Record<OrganisationFile, T> => ({
  'units.csv': make('units.csv'),
  'departments.csv': make('departments.csv'),
  'posts.csv': make('posts.csv'),
  'people.csv': make('people.csv'),
  'assignments.csv': make('assignments.csv'),
});

export type ImportErrorCode =
  | 'encoding'
  | 'malformed'
  | 'columnMissing'
  | 'columnUnknown'
  | 'columnRepeated'
  | 'cellCount'
  | 'noRows'
  | 'required'
  | 'controlCharacter'
  | 'choice'
  | 'dateInvalid'
  | 'datesReversed'
  | 'codeRepeated'
  | 'identityRepeated'
  | 'unknownReference'
  | 'parentCycle'
  | 'unknownRole'
  | 'scopeNotUnit'
  | 'scopeNotDepartment'
  | 'overlap'
  | 'secondPrincipalLeader';

/** One thing wrong with a file. `line` counts from 1; `column` is a header name, or `''` when the whole line is meant. */
export type ImportError = {
  readonly file: OrganisationFile;
  readonly line: number;
  readonly column: string;
  readonly code: ImportErrorCode;
  readonly detail: Readonly<Record<string, string>>;
};

export type RawRow = {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
};

/** The rows of each file as text; null for a file that could not be read at all. */
export type RawOrganisation = Readonly<Record<OrganisationFile, readonly RawRow[] | null>>;

type CellRule = {
  readonly required?: true;
  readonly date?: true;
  readonly choices?: readonly [string, string];
};

const text: CellRule = {};
const required: CellRule = { required: true };

const RULES: Readonly<Record<OrganisationFile, Readonly<Record<string, CellRule>>>> = {
  'units.csv': { code: required, name: required, kind: text, parent_code: text },
  'departments.csv': {
    code: required,
    name: required,
    unit_code: required,
    nature: { required: true, choices: ['internal', 'enforcement'] },
  },
  'posts.csv': {
    code: required,
    name: required,
    department_code: required,
    tier: text,
    key: { required: true, choices: ['yes', 'no'] },
    powers: text,
  },
  'people.csv': {
    code: required,
    name: required,
    status: { required: true, choices: ['active', 'left'] },
  },
  'assignments.csv': {
    person_code: required,
    kind: { required: true, choices: ['post', 'role'] },
    ref: required,
    scope_code: text,
    from: { required: true, date: true },
    to: { date: true },
  },
};

/** The columns that `file` must have; `identityColumns` belong to the people. */
export function columnsOf(
  file: OrganisationFile,
  identityColumns: readonly string[],
): readonly string[] {
  const columns = Object.keys(RULES[file]);
  return file === 'people.csv' ? [...columns, ...identityColumns] : columns;
}

/** The text of a cell, `''` when it is empty or missing. */
export const cellOf = (row: RawRow, column: string): string => row.cells[column] ?? '';

/** Names an error of one cell. */
export const errorAt = (
  file: OrganisationFile,
  row: Pick<RawRow, 'line'>,
  column: string,
  code: ImportErrorCode,
  detail: ImportError['detail'] = {},
): ImportError => ({ file, line: row.line, column, code, detail });

/** Everything wrong with single cells, whatever the other rows say. */
export function checkCells(
  file: OrganisationFile,
  rows: readonly RawRow[],
): readonly ImportError[] {
  return rows.flatMap((row) =>
    Object.entries(row.cells).flatMap(([column, value]) => {
      const wrong = cellError(RULES[file][column] ?? text, value);
      return wrong === null ? [] : [errorAt(file, row, column, wrong.code, wrong.detail)];
    }),
  );
}

function cellError(rule: CellRule, value: string): Pick<ImportError, 'code' | 'detail'> | null {
  if (value === '') return rule.required ? { code: 'required', detail: {} } : null;
  if (/\p{Cc}/u.test(value)) return { code: 'controlCharacter', detail: {} };
  if (rule.date && !isDay(value)) return { code: 'dateInvalid', detail: { value } };
  if (rule.choices && !rule.choices.includes(value)) {
    const [first, second] = rule.choices;
    return { code: 'choice', detail: { first, second } };
  }
  return null;
}
