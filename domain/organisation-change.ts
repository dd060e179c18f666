/** What an import changes: the difference between the stored organisation and the files. Nothing is ever deleted. */
import type {
  Assignment,
  Department,
  Identity,
  Organisation,
  OrganisationWarning,
  Person,
  Post,
  Unit,
} from './organisation.ts';

/** A stored row; `over` = its time has been ended by an earlier import. */
type Stored<T> = { readonly row: T; readonly over: boolean };

export type StoredOrganisation = {
  readonly units: readonly Stored<Unit>[];
  readonly departments: readonly Stored<Department>[];
  readonly posts: readonly Stored<Post>[];
  readonly people: readonly Stored<Person>[];
  readonly identities: readonly Identity[];
  readonly assignments: readonly Stored<Assignment>[];
};

type RowChanges<T> = {
  readonly added: readonly T[];
  /** Rows whose values differ, and ended rows that are in the files again. */
  readonly changed: readonly T[];
  readonly ended: readonly T[];
  readonly unchanged: number;
};

export type OrganisationChanges = {
  readonly units: RowChanges<Unit>;
  readonly departments: RowChanges<Department>;
  readonly posts: RowChanges<Post>;
  readonly people: RowChanges<Person>;
  readonly identities: RowChanges<Identity>;
  readonly assignments: RowChanges<Assignment>;
};

export type ImportedTable = keyof OrganisationChanges;

type ChangeCount = {
  readonly added: number;
  readonly changed: number;
  readonly ended: number;
  readonly unchanged: number;
};

export type ImportSummary = {
  /** false = the files say what was already stored. */
  readonly changed: boolean;
  readonly counts: Readonly<Record<ImportedTable, ChangeCount>>;
  readonly warnings: readonly OrganisationWarning[];
};

const byCode = ({ code }: { readonly code: string }): string => code;

/** Compares the files with what is stored. `platforms` are those whose accounts the files list. */
export function compareOrganisation(
  wanted: Organisation,
  stored: StoredOrganisation,
  platforms: readonly string[],
): OrganisationChanges {
  return {
    units: compare(wanted.units, stored.units, byCode),
    departments: compare(wanted.departments, stored.departments, byCode),
    posts: compare(wanted.posts, stored.posts, byCode),
    people: comparePeople(wanted.people, stored.people),
    identities: compareIdentities(wanted, stored, platforms),
    assignments: compare(wanted.assignments, stored.assignments, assignmentKey),
  };
}

/** The numbers of a comparison, for the administrator and for the audit. */
export function summarise(
  changes: OrganisationChanges,
  warnings: readonly OrganisationWarning[],
): ImportSummary {
  const { units, departments, posts, people, identities, assignments } = changes;
  const counts = {
    units: countsOf(units),
    departments: countsOf(departments),
    posts: countsOf(posts),
    people: countsOf(people),
    identities: countsOf(identities),
    assignments: countsOf(assignments),
  };
  const changed = Object.values(counts).some(
    (count) => count.added + count.changed + count.ended > 0,
  );
  return { changed, counts, warnings };
}

const countsOf = ({ added, changed, ended, unchanged }: RowChanges<unknown>): ChangeCount => ({
  added: added.length,
  changed: changed.length,
  ended: ended.length,
  unchanged,
});

function compare<T extends object>(
  wanted: readonly T[],
  stored: readonly Stored<T>[],
  keyOf: (row: T) => string,
): RowChanges<T> {
  const before = new Map(stored.map((entry) => [keyOf(entry.row), entry]));
  const keys = new Set(wanted.map(keyOf));
  const known = wanted.filter((row) => before.has(keyOf(row)));
  const changed = known.filter((row) => {
    const entry = before.get(keyOf(row));
    return entry === undefined || entry.over || printOf(row) !== printOf(entry.row);
  });
  return {
    added: wanted.filter((row) => !before.has(keyOf(row))),
    changed,
    ended: stored.filter(({ row, over }) => !over && !keys.has(keyOf(row))).map(({ row }) => row),
    unchanged: known.length - changed.length,
  };
}

/** A person may be listed as having left; that is a value like others, not an ended row. */
function comparePeople(
  wanted: readonly Person[],
  stored: readonly Stored<Person>[],
): RowChanges<Person> {
  const listed = new Set(wanted.map(byCode));
  return compare(
    wanted,
    stored.map(({ row, over }) => ({ row, over: over && !listed.has(row.code) })),
    byCode,
  );
}

/**
 * Accounts are replaced, not ended: one that is no longer listed goes, unless its owner has vanished from the files and
 * nobody else has it now.
 */
function compareIdentities(
  wanted: Organisation,
  stored: StoredOrganisation,
  platforms: readonly string[],
): RowChanges<Identity> {
  const listed = new Set(wanted.people.map(byCode));
  const taken = new Set(wanted.identities.map(accountOf));
  const compared = stored.identities
    .filter(({ platform }) => platforms.includes(platform))
    .filter((row) => listed.has(row.personCode) || taken.has(accountOf(row)))
    .map((row) => ({ row, over: false }));
  return compare(wanted.identities, compared, printOf);
}

const accountOf = ({ platform, platformUserId }: Identity): string =>
  JSON.stringify([platform, platformUserId]);

const assignmentKey = ({ personCode, kind, ref, scopeCode, fromOn }: Assignment): string =>
  JSON.stringify([personCode, kind, ref, scopeCode, fromOn]);

/** The row's values, whatever order its properties were written in. */
const printOf = (row: object): string => JSON.stringify(Object.entries(row).sort());
