/** How far a person may look: the whole unit, departments in charge, or only the own matters (ORG-21, ORG-29). */
import type { Reader } from '../db/client.ts';
import { type RoleHolder, rolesHeldBy } from '../db/roles.ts';

export type Authority = {
  readonly personCode: string;
  readonly roles: readonly RoleHolder[];
  readonly units: readonly string[];
  readonly departments: readonly string[];
};

const unitWide = new Set([
  'principal_leader',
  'leading_group_head',
  'leading_group_member',
  'leading_group_office',
  'discipline_inspection',
  'administrator',
]);
const departmentWide = new Set(['department_head', 'leader_in_charge']);

/** What `personCode` may see on `day`. */
export async function authorityOf(db: Reader, personCode: string, day: string): Promise<Authority> {
  const roles = await rolesHeldBy(db, personCode, day);
  const scopes = (wide: ReadonlySet<string>) => [
    ...new Set(roles.filter(({ role }) => wide.has(role)).map(({ scopeCode }) => scopeCode)),
  ];
  return { personCode, roles, units: scopes(unitWide), departments: scopes(departmentWide) };
}
