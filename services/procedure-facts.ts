/** What the procedure's rules need to know about people: role holders by the form's department and units. */
import type { Reader } from '../db/client.ts';
import type { Dossier } from '../db/dossiers.ts';
import { type RoleHolder, roleHolders } from '../db/roles.ts';
import { unitPaths } from '../db/units.ts';
import type { Day } from '../domain/calendar.ts';
import type { ProcedureFacts } from '../domain/procedure.ts';
import type { ReviewStep } from '../domain/profile-steps.ts';
import { type Role, roles } from '../domain/profile-terms.ts';

export type Facts = ProcedureFacts & {
  /** Names of everybody among the holders. */
  readonly names: ReadonlyMap<string, string>;
  /** Every holder of the levels that count for the form, not of the nearest alone. */
  readonly everyHolder: readonly RoleHolder[];
};

/** Where a form belongs: its section, if it has one, and the unit that launched. */
export type Place = { readonly departmentCode: string | null; readonly unitCode: string };

/** What names a place. */
export const placeKey = ({ departmentCode, unitCode }: Place): string =>
  `${departmentCode ?? ''} ${unitCode}`;

/** The facts of many places at once, by `placeKey`. */
export async function factsOfPlaces(
  db: Reader,
  places: readonly Place[],
  day: Day,
): Promise<ReadonlyMap<string, Facts>> {
  const distinct = new Map(places.map((place) => [placeKey(place), place]));
  const departments = places.flatMap(({ departmentCode }) => departmentCode ?? []);
  const paths = await unitPaths(db, [...new Set(departments)]);
  const levels = new Map([...distinct].map(([key, place]) => [key, levelsOf(place, paths)]));
  const holders = await roleHolders(db, [...new Set([...levels.values()].flat())], day);
  const byScope = Map.groupBy(holders, ({ scopeCode }) => scopeCode);
  return new Map(
    [...levels].map(([key, near]) => {
      const known = [...new Set(near)].flatMap((code) => byScope.get(code) ?? []);
      return [key, factsOf(known, near, day)];
    }),
  );
}

/** Holders for a form of `place` on `day` (ORG-07: the assignment in force that day). */
export async function loadFacts(db: Reader, place: Place, day: Day): Promise<Facts> {
  const { departmentCode } = place;
  const paths = await unitPaths(db, departmentCode === null ? [] : [departmentCode]);
  const levels = levelsOf(place, paths);
  return factsOf(await roleHolders(db, levels, day), levels, day);
}

/** The facts in a dossier that was read for `day`. */
export function factsIn({ row, path, holders }: Dossier, day: Day): Facts {
  const levels = levelsOf(row, new Map([[row.departmentCode ?? '', path]]));
  return factsOf(holders, levels, day);
}

/**
 * The levels whose roles count for a form, nearest first: the department, its own unit, the units above it up to the
 * launching one, and that one alone for a form without a department. A department that meanwhile stands elsewhere keeps
 * the launching unit as its last level.
 */
function levelsOf(
  { departmentCode, unitCode }: Place,
  paths: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  if (departmentCode === null) return [unitCode];
  const path = paths.get(departmentCode) ?? [];
  const launching = path.indexOf(unitCode);
  const upTo = launching < 0 ? [...path, unitCode] : path.slice(0, launching + 1);
  return [departmentCode, ...upTo];
}

/** The leading group is the one that launched, whatever groups the units below it have. */
const groupRoles: ReadonlySet<string> = new Set<Role>([
  'leading_group_head',
  'leading_group_member',
  'leading_group_office',
]);

/** Facts from role holders already read: of each role those of the nearest of `levels` that has somebody. */
function factsOf(rows: readonly RoleHolder[], levels: readonly string[], today: Day): Facts {
  const holders: Partial<Record<Role, readonly string[]>> = {};
  for (const role of roles) {
    const ofRole = rows.filter((row) => row.role === role);
    const asked = groupRoles.has(role) ? levels.slice(-1) : levels;
    const level = asked.find((code) => ofRole.some(({ scopeCode }) => scopeCode === code));
    const there = ofRole.filter(({ scopeCode }) => scopeCode === level);
    if (there.length > 0) holders[role] = there.map(({ personCode }) => personCode);
  }
  const names = new Map(rows.map((row) => [row.personCode, row.name]));
  return { holders, today, names, everyHolder: rows };
}

/** In which of the step's roles `person` acts. */
export function capacityOf(step: ReviewStep, person: string, facts: ProcedureFacts): Role {
  const asked: readonly Role[] = [step.who, ...step.otherwise];
  return asked.find((role) => facts.holders[role]?.includes(person) === true) ?? step.who;
}
