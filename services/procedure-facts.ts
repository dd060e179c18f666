/** What the procedure's rules need to know about people: role holders today, by the form's department and unit. */
import type { Reader } from '../db/client.ts';
import { type RoleHolder, roleHolders } from '../db/roles.ts';
import type { ProcedureFacts } from '../domain/procedure.ts';
import { type ReviewStep, type Role, roles } from '../domain/profile.ts';

export type Facts = ProcedureFacts & {
  /** Names of everybody among the holders. */
  readonly names: ReadonlyMap<string, string>;
};

/** Holders for a form of `departmentCode` in `unitCode` on `today` (ORG-07: the assignment in force that day). */
export async function loadFacts(
  db: Reader,
  place: { readonly departmentCode: string; readonly unitCode: string },
  today: string,
): Promise<Facts> {
  const rows = await roleHolders(db, [place.departmentCode, place.unitCode], today);
  return factsOf(rows, today);
}

/** Facts from role holders already read. */
export function factsOf(rows: readonly RoleHolder[], today: string): Facts {
  const holders: Partial<Record<Role, string[]>> = {};
  for (const row of rows) {
    const role = roles.find((known) => known === row.role);
    if (role !== undefined) holders[role] = [...(holders[role] ?? []), row.personCode];
  }
  return { holders, today, names: new Map(rows.map((row) => [row.personCode, row.name])) };
}

/** In which of the step's roles `person` acts. */
export function capacityOf(step: ReviewStep, person: string, facts: ProcedureFacts): Role {
  const asked: readonly Role[] = [step.who, ...step.otherwise];
  return asked.find((role) => facts.holders[role]?.includes(person) === true) ?? step.who;
}
