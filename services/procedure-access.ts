/** How much of a form somebody may see (ORG-21, ORG-29): all of it, only how it stands, or nothing. */
import type { Reader } from '../db/client.ts';
import { postsOf } from '../db/organisation.ts';
import type { ProcedureRow } from '../db/procedures.ts';
import { superiorsOf } from '../domain/procedure.ts';
import { type Facts, loadFacts } from './procedure-facts.ts';

export type Access = 'full' | 'status' | 'none';

/** The office that runs the work, its head and the discipline inspection may look into every form (ORG-29). */
export function oversees(facts: Facts, viewer: string): boolean {
  const {
    leading_group_office: office,
    leading_group_head: head,
    discipline_inspection: discipline,
  } = facts.holders;
  return [office, head, discipline].some((holders) => holders?.includes(viewer) === true);
}

/**
 * Whether `viewer` answers for how the form goes on: the principal leader, the author's superiors, and those of
 * everybody it waits for, who are told when it is late (PLAN-32).
 */
export async function answersFor(
  db: Reader,
  row: ProcedureRow,
  facts: Facts,
  assignees: readonly string[],
  viewer: string,
): Promise<boolean> {
  if (facts.holders.principal_leader?.includes(viewer) === true) return true;
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
