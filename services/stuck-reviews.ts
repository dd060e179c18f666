/** Reviews nobody may do: the roles of the step and its substitutes have no holder left. */
import type { Reader } from '../db/client.ts';
import { proceduresInReview } from '../db/procedures.ts';
import type { Day } from '../domain/calendar.ts';
import { currentAssignees } from '../domain/procedure-people.ts';
import { frozenForm, profileOf } from './frozen-profile.ts';
import { type Facts, loadFacts } from './procedure-facts.ts';

export type StuckReview = { readonly subjectName: string; readonly stepName: string };

/** Every review that waits for nobody on `today`, by form. */
export async function stuckReviews(db: Reader, today: Day): Promise<readonly StuckReview[]> {
  const known = new Map<string, Facts>();
  const stuck: StuckReview[] = [];
  for (const row of await proceduresInReview(db)) {
    const key = JSON.stringify([row.departmentCode, row.unitCode]);
    const facts = known.get(key) ?? (await loadFacts(db, row, today));
    known.set(key, facts);
    const { steps } = frozenForm(await profileOf(db, row.cycleId), row.formCode);
    if (currentAssignees(steps, row.state, facts).length > 0) continue;
    const stepName = steps[row.state.stepIndex]?.name ?? '';
    stuck.push({ subjectName: row.subjectName, stepName });
  }
  return stuck;
}
