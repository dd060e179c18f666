/** What the procedure's rules need to know about people: role holders by the form's department and units. */
import type { Reader } from '../db/client.ts';
import { deputiesOn } from '../db/delegations.ts';
import type { Dossier, NamedPerson } from '../db/dossiers.ts';
import { peopleOfDepartments } from '../db/organisation.ts';
import { type RoleHolder, roleHolders } from '../db/roles.ts';
import { unitPaths } from '../db/units.ts';
import type { Day } from '../domain/calendar.ts';
import type {
  HandOver,
  ProcedureFacts,
  ProcedureState,
  StepDetail,
} from '../domain/procedure-state.ts';
import type { CommentStep, FileStep, Step } from '../domain/profile-steps.ts';
import { type Role, roles } from '../domain/profile-terms.ts';

export type Facts = ProcedureFacts & {
  /** Names of everybody among the holders. */
  readonly names: ReadonlyMap<string, string>;
  /** Every holder of the levels that count for the form, not of the nearest alone. */
  readonly everyHolder: readonly RoleHolder[];
};

/** Who acts for whom. */
type Deputies = readonly (NamedPerson & { readonly principal: string })[];

/** Where a form belongs: its section, if it has one, and the unit that launched. */
export type Place = { readonly departmentCode: string | null; readonly unitCode: string };

/** What names a place. */
export const placeKey = ({ departmentCode, unitCode }: Place): string =>
  `${departmentCode ?? ''} ${unitCode}`;

/**
 * The facts of many places at once, by `placeKey`. Deputies are left out: whom leaders have named for today need not
 * stand in when the forms come.
 */
export async function factsOfPlaces(
  db: Reader,
  places: readonly Place[],
  day: Day,
): Promise<ReadonlyMap<string, Facts>> {
  const distinct = new Map(places.map((place) => [placeKey(place), place]));
  const departments = [...new Set(places.flatMap(({ departmentCode }) => departmentCode ?? []))];
  const paths = await unitPaths(db, departments);
  const levels = new Map([...distinct].map(([key, place]) => [key, levelsOf(place, paths)]));
  const holders = await roleHolders(db, [...new Set([...levels.values()].flat())], day);
  const byScope = Map.groupBy(holders, ({ scopeCode }) => scopeCode);
  const workers = Map.groupBy(
    await peopleOfDepartments(db, departments, day),
    ({ departmentCode }) => departmentCode,
  );
  return new Map(
    [...distinct].map(([key, { departmentCode }]) => {
      const near = levels.get(key) ?? [];
      const known = [...new Set(near)].flatMap((code) => byScope.get(code) ?? []);
      const colleagues = (workers.get(departmentCode ?? '') ?? []).map(({ code }) => code);
      return [key, { ...factsOf(known, near, day), colleagues }];
    }),
  );
}

/** Holders for a form of `place` on `day` (ORG-07: the assignment in force that day). */
export async function loadFacts(db: Reader, place: Place, day: Day): Promise<Facts> {
  const { departmentCode } = place;
  const paths = await unitPaths(db, departmentCode === null ? [] : [departmentCode]);
  const levels = levelsOf(place, paths);
  const deputies = await deputiesOn(db, day);
  return factsOf(await roleHolders(db, levels, day), levels, day, deputies);
}

/** The facts in a dossier that was read for `day`. */
export function factsIn(dossier: Dossier, day: Day): Facts {
  const { row, path, holders, deputies, colleagues, present } = dossier;
  const levels = levelsOf(row, new Map([[row.departmentCode ?? '', path]]));
  const facts = factsOf(holders, levels, day, deputies);
  const codes = (people: readonly NamedPerson[]) => people.map(({ code }) => code);
  const names = [...colleagues, ...present].map(({ code, name }) => [code, name] as const);
  return {
    ...facts,
    names: new Map([...names, ...facts.names]),
    colleagues: codes(colleagues),
    present: codes(present),
  };
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
function factsOf(
  rows: readonly RoleHolder[],
  levels: readonly string[],
  today: Day,
  acting: Deputies = [],
): Facts {
  const holders: Partial<Record<Role, readonly string[]>> = {};
  for (const role of roles) {
    const ofRole = rows.filter((row) => row.role === role);
    const asked = groupRoles.has(role) ? levels.slice(-1) : levels;
    const level = asked.find((code) => ofRole.some(({ scopeCode }) => scopeCode === code));
    const there = ofRole.filter(({ scopeCode }) => scopeCode === level);
    if (there.length > 0) holders[role] = there.map(({ personCode }) => personCode);
  }
  const names = new Map([
    ...acting.map(({ code, name }) => [code, name] as const),
    ...rows.map((row) => [row.personCode, row.name] as const),
  ]);
  const deputies = Object.fromEntries(acting.map(({ principal, code }) => [principal, code]));
  return { holders, today, names, everyHolder: rows, deputies };
}

/** In which role `person` acts on `step`; a deputy in his leader's, whoever took a task over in that of who gave it. */
export function capacityOf(
  step: Step,
  person: string,
  facts: ProcedureFacts,
  state: Pick<ProcedureState, 'collected'>,
  detail: StepDetail = {},
): Role | 'author' | 'colleague' {
  if (step.kind === 'comment') return commentCapacity(step, person, facts);
  if (step.kind === 'fill') return 'author';
  const asked = step.kind === 'file' ? addresseeRoles(step, detail) : [step.who, ...step.otherwise];
  const [first = 'team_member'] = asked;
  const given = step.kind === 'file' ? undefined : giverOf(step.id, person, state.collected.handed);
  const acting = detail.onBehalfOf ?? given ?? person;
  return asked.find((role) => facts.holders[role]?.includes(acting) === true) ?? first;
}

/** Who gave `person` the task, however many hands it went through. */
function giverOf(stepId: string, person: string, handed: readonly HandOver[]): string | undefined {
  let giver: string | undefined;
  for (const { stepId: at, from, to } of handed.toReversed())
    if (at === stepId && to === (giver ?? person)) giver = from;
  return giver;
}

const addresseeRoles = (step: FileStep, { ref }: StepDetail): readonly Role[] =>
  step.addressees
    .filter(({ code }) => ref === undefined || code === ref)
    .flatMap(({ who, otherwise }) => [who, ...otherwise]);

function commentCapacity({ asks }: CommentStep, person: string, { holders }: ProcedureFacts) {
  if (asks === 'department') return 'colleague';
  return asks.find((role) => holders[role]?.includes(person) === true) ?? 'colleague';
}
