/** How much of a form somebody may see (ORG-21, ORG-29): all of it, only how it stands, or nothing. */
import type { Reader } from '../db/client.ts';
import { postsOf } from '../db/organisation.ts';
import type { ProcedureRow } from '../db/procedures.ts';
import { superiorsOf } from '../domain/procedure.ts';
import type { Role } from '../domain/profile-terms.ts';
import { type Facts, loadFacts } from './procedure-facts.ts';

export type Access = 'full' | 'status' | 'none';

/**
 * The office that runs the work, its head and the discipline inspection may look into every form (ORG-29); a unit's own
 * inspection does not shut out the one above it (ORG-09).
 */
export function oversees(facts: Facts, viewer: string): boolean {
  const { leading_group_office: office, leading_group_head: head } = facts.holders;
  const runs = [office, head].some((holders) => holders?.includes(viewer) === true);
  return runs || holdsAnywhere(facts, 'discipline_inspection', viewer);
}

/** Whether `viewer` holds `role` in the form's unit or in one above it, up to the one that launched. */
const holdsAnywhere = ({ everyHolder }: Facts, role: Role, viewer: string): boolean =>
  everyHolder.some((holder) => holder.role === role && holder.personCode === viewer);

/**
 * Whether `viewer` answers for how the form goes on: the principal leaders of the unit and of those above it, the
 * author's superiors, and those of everybody it waits for, who are told when it is late (ORG-21, PLAN-32).
 */
export async function answersFor(
  db: Reader,
  row: ProcedureRow,
  facts: Facts,
  assignees: readonly string[],
  viewer: string,
): Promise<boolean> {
  if (holdsAnywhere(facts, 'principal_leader', viewer)) return true;
  if (superiorsOf(row.state.subject, facts).flat().includes(viewer)) return true;
  for (const assignee of new Set(assignees)) {
    const [post] = await postsOf(db, assignee, facts.today);
    const departmentCode = post?.departmentCode ?? row.departmentCode;
    const place = { departmentCode, unitCode: row.unitCode };
    const above = superiorsOf(assignee, await loadFacts(db, place, facts.today));
    if (above.flat().includes(viewer)) return true;
  }
  return false;
}
