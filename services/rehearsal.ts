/** Walks every author's chain before launch, so that no form starts that nobody could review. */
import type { Reader } from '../db/client.ts';
import { roleHolders } from '../db/roles.ts';
import { unitPaths } from '../db/units.ts';
import type { Day } from '../domain/calendar.ts';
import { rehearseChain } from '../domain/cycle.ts';
import type { Profile } from '../domain/profile.ts';
import { accept, type Result } from '../domain/refusal.ts';
import { factsOf, levelsOf } from './procedure-facts.ts';

export type RehearsedMember = {
  readonly personCode: string;
  readonly name: string;
  readonly departmentCode: string;
};

/** The first chain that cannot be walked, named by its author, or acceptance. */
export async function rehearse(
  db: Reader,
  profile: Profile,
  unitCode: string,
  members: readonly RehearsedMember[],
  today: Day,
): Promise<Result<null>> {
  const departments = [...new Set(members.map((member) => member.departmentCode))];
  const paths = await unitPaths(db, departments);
  const levels = new Map(
    departments.map((departmentCode) => [
      departmentCode,
      levelsOf({ departmentCode, unitCode }, paths),
    ]),
  );
  const scopes = [...new Set([...levels.values()].flat())];
  const holders = await roleHolders(db, scopes, today);
  const facts = new Map(
    departments.map((department) => {
      const near = levels.get(department) ?? [];
      const known = holders.filter(({ scopeCode }) => near.includes(scopeCode));
      return [department, factsOf(known, near, today)];
    }),
  );
  for (const form of profile.forms) {
    for (const member of members) {
      const known = facts.get(member.departmentCode);
      const walked =
        known === undefined ? accept(null) : rehearseChain(form, member.personCode, known);
      if (!walked.ok) {
        const detail = { ...walked.refusal.detail, person: member.name };
        return { ok: false, refusal: { ...walked.refusal, detail } };
      }
    }
  }
  return accept(null);
}
