/** The checked rows of the organisation files as an organisation. */
import type { Assignment, Department, Identity, Organisation, Post } from './organisation.ts';
import {
  cellOf,
  type OrganisationFile,
  type RawOrganisation,
  type RawRow,
} from './organisation-file.ts';

/** Reads rows that `checkOrganisation` found right; `identityColumns` maps a column of people.csv to its platform. */
export function readOrganisation(
  raw: RawOrganisation,
  identityColumns: Readonly<Record<string, string>>,
): Organisation {
  const rows = (file: OrganisationFile): readonly RawRow[] => raw[file] ?? [];
  const people = rows('people.csv');
  return {
    units: rows('units.csv').map((row) => ({
      code: cellOf(row, 'code'),
      name: cellOf(row, 'name'),
      kind: cellOf(row, 'kind'),
      parentCode: cellOf(row, 'parent_code') || null,
    })),
    departments: rows('departments.csv').map(departmentOf),
    posts: rows('posts.csv').map(postOf),
    people: people.map((row) => ({
      code: cellOf(row, 'code'),
      name: cellOf(row, 'name'),
      status: cellOf(row, 'status') === 'left' ? 'left' : 'active',
    })),
    identities: people.flatMap((row) => identitiesOf(row, identityColumns)),
    assignments: rows('assignments.csv').map(assignmentOf),
  };
}

const departmentOf = (row: RawRow): Department => ({
  code: cellOf(row, 'code'),
  name: cellOf(row, 'name'),
  unitCode: cellOf(row, 'unit_code'),
  nature: cellOf(row, 'nature') === 'enforcement' ? 'enforcement' : 'internal',
});

const postOf = (row: RawRow): Post => ({
  code: cellOf(row, 'code'),
  name: cellOf(row, 'name'),
  departmentCode: cellOf(row, 'department_code'),
  tier: cellOf(row, 'tier'),
  key: cellOf(row, 'key') === 'yes',
  powers: powersOf(cellOf(row, 'powers')),
});

/** Separated by `;`, full width too, because Chinese input methods type that one. */
function powersOf(text: string): readonly string[] {
  const powers = text.split(/[;\uff1b]/).map((power) => power.trim());
  return [...new Set(powers.filter((power) => power !== ''))];
}

const identitiesOf = (
  row: RawRow,
  identityColumns: Readonly<Record<string, string>>,
): readonly Identity[] =>
  Object.entries(identityColumns)
    .map(([column, platform]) => ({
      platform,
      platformUserId: cellOf(row, column),
      personCode: cellOf(row, 'code'),
    }))
    .filter(({ platformUserId }) => platformUserId !== '');

const assignmentOf = (row: RawRow): Assignment => ({
  personCode: cellOf(row, 'person_code'),
  kind: cellOf(row, 'kind') === 'role' ? 'role' : 'post',
  ref: cellOf(row, 'ref'),
  scopeCode: cellOf(row, 'scope_code'),
  fromOn: cellOf(row, 'from'),
  toOn: cellOf(row, 'to') || null,
});
