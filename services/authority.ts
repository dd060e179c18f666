/** How far a person may look: whole units, departments in charge, or only the own matters (ORG-21, ORG-29). */
import type { Reader } from '../db/client.ts';
import { type RoleHolder, rolesHeldBy } from '../db/roles.ts';
import { unitsLed } from '../db/units.ts';

export type Authority = {
  readonly personCode: string;
  readonly roles: readonly RoleHolder[];
  /** Units of whose own cycles the person may see everything. */
  readonly units: readonly string[];
  /** Departments that count whoever launched. */
  readonly departments: readonly string[];
};

/** They answer for what their unit launched (ORG-11). */
const unitWide = new Set([
  'leading_group_head',
  'leading_group_member',
  'leading_group_office',
  'administrator',
]);
/** They lead or inspect the unit with all below it, also in what a unit above has launched (ORG-09, ORG-21). */
const leading = new Set(['principal_leader', 'discipline_inspection']);
const departmentWide = new Set(['department_head', 'leader_in_charge']);

/** What `personCode` may see on `day`. */
export async function authorityOf(db: Reader, personCode: string, day: string): Promise<Authority> {
  const roles = await rolesHeldBy(db, personCode, day);
  const scopes = (wide: ReadonlySet<string>) => [
    ...new Set(roles.filter(({ role }) => wide.has(role)).map(({ scopeCode }) => scopeCode)),
  ];
  const led = await unitsLed(db, scopes(leading));
  return {
    personCode,
    roles,
    units: [...new Set([...scopes(unitWide), ...led.units])],
    departments: [...new Set([...scopes(departmentWide), ...led.departments])],
  };
}
