/** What has to fit between the rows of the organisation files: codes, references, the tree of units, scopes. */
import { isRole, type RoleScope, roleScopeOf } from './organisation.ts';
import {
  cellOf,
  checkCells,
  errorAt,
  type ImportError,
  ORGANISATION_FILES,
  type OrganisationFile,
  type RawOrganisation,
  type RawRow,
} from './organisation-file.ts';
import { checkPeriods } from './organisation-period.ts';

type Codes = ReadonlySet<string> | null;
type CodesByFile = (file: OrganisationFile) => Codes;

const REFERENCES: readonly (readonly [OrganisationFile, string, OrganisationFile])[] = [
  ['units.csv', 'parent_code', 'units.csv'],
  ['departments.csv', 'unit_code', 'units.csv'],
  ['posts.csv', 'department_code', 'departments.csv'],
  ['assignments.csv', 'person_code', 'people.csv'],
];

const MUST_HAVE_ROWS: readonly OrganisationFile[] = ['units.csv', 'people.csv'];

/**
 * Every error of the five files, in the order of files and lines. A file that could not be read (null) is not held
 * against the rows that refer to it.
 */
export function checkOrganisation(
  raw: RawOrganisation,
  identityColumns: readonly string[],
): readonly ImportError[] {
  const codes = codesOf(raw);
  const errors = ORGANISATION_FILES.flatMap((file) => {
    const rows = raw[file];
    if (rows === null) return [];
    return [...checkPresence(file, rows), ...checkCells(file, rows), ...checkCodes(file, rows)];
  });
  return inOrder([
    ...errors,
    ...checkReferences(raw, codes),
    ...checkTree(raw['units.csv'] ?? []),
    ...identityColumns.flatMap((column) => checkIdentities(raw['people.csv'] ?? [], column)),
    ...(raw['assignments.csv'] ?? []).flatMap((row) => checkTarget(row, codes)),
    ...checkPeriods(raw['assignments.csv'] ?? [], raw['people.csv'] ?? []),
  ]);
}

/** The errors by file, line and place. */
export function inOrder(errors: readonly ImportError[]): readonly ImportError[] {
  const fileOf = (error: ImportError) => ORGANISATION_FILES.indexOf(error.file);
  return errors.toSorted((a, b) => fileOf(a) - fileOf(b) || a.line - b.line);
}

function codesOf(raw: RawOrganisation): CodesByFile {
  const known = new Map(
    ORGANISATION_FILES.map((file) => {
      const rows = raw[file];
      return [file, rows && new Set(rows.map((row) => cellOf(row, 'code')))] as const;
    }),
  );
  return (file) => known.get(file) ?? null;
}

/** An empty list would end everybody; that is a mistake, not a reorganisation. */
const checkPresence = (file: OrganisationFile, rows: readonly RawRow[]): readonly ImportError[] =>
  rows.length === 0 && MUST_HAVE_ROWS.includes(file)
    ? [errorAt(file, { line: 1 }, '', 'noRows')]
    : [];

function checkCodes(file: OrganisationFile, rows: readonly RawRow[]): readonly ImportError[] {
  if (file === 'assignments.csv') return [];
  return repeated(rows, 'code').map(({ row, first }) =>
    errorAt(file, row, 'code', 'codeRepeated', {
      code: cellOf(row, 'code'),
      line: String(first.line),
    }),
  );
}

const checkIdentities = (people: readonly RawRow[], column: string): readonly ImportError[] =>
  repeated(people, column).map(({ row, first }) =>
    errorAt('people.csv', row, column, 'identityRepeated', { line: String(first.line) }),
  );

function repeated(
  rows: readonly RawRow[],
  column: string,
): readonly { readonly row: RawRow; readonly first: RawRow }[] {
  const firsts = new Map<string, RawRow>();
  return rows.flatMap((row) => {
    const value = cellOf(row, column);
    const first = firsts.get(value);
    if (value !== '' && first !== undefined) return [{ row, first }];
    firsts.set(value, row);
    return [];
  });
}

function checkReferences(raw: RawOrganisation, codes: CodesByFile): readonly ImportError[] {
  return REFERENCES.flatMap(([file, column, target]) =>
    (raw[file] ?? []).flatMap((row) => refer(file, row, column, target, codes)),
  );
}

function refer(
  file: OrganisationFile,
  row: RawRow,
  column: string,
  target: OrganisationFile,
  codes: CodesByFile,
): readonly ImportError[] {
  const value = cellOf(row, column);
  if (value === '' || (codes(target)?.has(value) ?? true)) return [];
  return [errorAt(file, row, column, 'unknownReference', { value, file: target })];
}

function checkTree(units: readonly RawRow[]): readonly ImportError[] {
  const parents = new Map(units.map((row) => [cellOf(row, 'code'), cellOf(row, 'parent_code')]));
  return units
    .filter((row) => leadsBackTo(cellOf(row, 'code'), parents))
    .map((row) => errorAt('units.csv', row, 'parent_code', 'parentCycle'));
}

function leadsBackTo(code: string, parents: ReadonlyMap<string, string>): boolean {
  const passed = new Set<string>();
  let above = parents.get(code) ?? '';
  while (above !== '' && !passed.has(above)) {
    if (above === code) return true;
    passed.add(above);
    above = parents.get(above) ?? '';
  }
  return false;
}

function checkTarget(row: RawRow, codes: CodesByFile): readonly ImportError[] {
  const ref = cellOf(row, 'ref');
  if (cellOf(row, 'kind') === 'post') {
    return [
      ...refer('assignments.csv', row, 'ref', 'posts.csv', codes),
      ...checkScope(row, 'either', codes),
    ];
  }
  if (cellOf(row, 'kind') !== 'role' || ref === '') return [];
  if (!isRole(ref)) {
    return [errorAt('assignments.csv', row, 'ref', 'unknownRole', { value: ref })];
  }
  if (cellOf(row, 'scope_code') === '') {
    return [errorAt('assignments.csv', row, 'scope_code', 'required')];
  }
  return checkScope(row, roleScopeOf(ref), codes);
}

function checkScope(row: RawRow, kind: RoleScope, codes: CodesByFile): readonly ImportError[] {
  const value = cellOf(row, 'scope_code');
  const units = codes('units.csv');
  const departments = codes('departments.csv');
  if (value === '' || units === null || departments === null) return [];
  const wrong = (code: 'unknownReference' | 'scopeNotUnit' | 'scopeNotDepartment') => [
    errorAt('assignments.csv', row, 'scope_code', code, { value }),
  ];
  if (!units.has(value) && !departments.has(value)) return wrong('unknownReference');
  if (kind === 'unit' && !units.has(value)) return wrong('scopeNotUnit');
  if (kind === 'department' && !departments.has(value)) return wrong('scopeNotDepartment');
  return [];
}
