/** Units, departments, posts, people, and who holds which post or role when (ORG-01, ORG-02, ORG-07). */
import type { Day } from './calendar.ts';
import type { Role } from './profile-terms.ts';

export type RoleScope = 'unit' | 'department' | 'either';

/** What the scope of each role names (contract §5). */
const ROLE_SCOPES: Readonly<Record<Role, RoleScope>> = {
  principal_leader: 'unit',
  leader_in_charge: 'department',
  department_head: 'department',
  team_member: 'department',
  leading_group_head: 'unit',
  leading_group_member: 'unit',
  leading_group_office: 'unit',
  party_branch: 'unit',
  discipline_inspection: 'unit',
  inspection_team: 'unit',
  collection_point: 'either',
  informant: 'either',
  supervisor_external: 'either',
  administrator: 'unit',
};

/** Whether `text` is one of the contract's roles. */
export const isRole = (text: string): text is Role => Object.hasOwn(ROLE_SCOPES, text);

/** What the scope of `role` names. */
export const roleScopeOf = (role: Role): RoleScope => ROLE_SCOPES[role];

export type Unit = {
  readonly code: string;
  readonly name: string;
  readonly kind: string;
  readonly parentCode: string | null;
};

export type Department = {
  readonly code: string;
  readonly name: string;
  readonly unitCode: string;
  readonly nature: 'internal' | 'enforcement';
};

export type Post = {
  readonly code: string;
  readonly name: string;
  readonly departmentCode: string;
  readonly tier: string;
  readonly key: boolean;
  readonly powers: readonly string[];
};

export type Person = {
  readonly code: string;
  readonly name: string;
  readonly status: 'active' | 'left';
};

/** A person's account in one messenger. */
export type Identity = {
  readonly platform: string;
  readonly platformUserId: string;
  readonly personCode: string;
};

/** `ref` is a post's code or a role; both days belong to the period, a missing `toOn` leaves it open. */
export type Assignment = {
  readonly personCode: string;
  readonly kind: 'post' | 'role';
  readonly ref: string;
  readonly scopeCode: string;
  readonly fromOn: Day;
  readonly toOn: Day | null;
};

export type Organisation = {
  readonly units: readonly Unit[];
  readonly departments: readonly Department[];
  readonly posts: readonly Post[];
  readonly people: readonly Person[];
  readonly identities: readonly Identity[];
  readonly assignments: readonly Assignment[];
};

/** Something the administrator should know although the import succeeded. */
export type OrganisationWarning = {
  readonly code: 'noPrincipalLeader';
  readonly unitCode: string;
  readonly unitName: string;
};

/** The units without an active principal leader on `day` (ORG-06). */
export function unitsWithoutLeader(
  { units, people, assignments }: Organisation,
  day: Day,
): readonly OrganisationWarning[] {
  const active = new Set(people.filter(isActive).map(({ code }) => code));
  const led = new Set(
    assignments
      .filter(({ kind, ref }) => kind === 'role' && ref === 'principal_leader')
      .filter(({ personCode }) => active.has(personCode))
      .filter(({ fromOn, toOn }) => fromOn <= day && (toOn === null || day <= toOn))
      .map(({ scopeCode }) => scopeCode),
  );
  return units
    .filter(({ code }) => !led.has(code))
    .map(({ code, name }) => ({ code: 'noPrincipalLeader', unitCode: code, unitName: name }));
}

const isActive = ({ status }: Person): boolean => status === 'active';
