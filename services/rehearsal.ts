/** Walks the chain of every form before launch, so that none starts that nobody could review. */
import type { Reader } from '../db/client.ts';
import type { Day } from '../domain/calendar.ts';
import { rehearseChain } from '../domain/cycle.ts';
import { accept, type Result } from '../domain/refusal.ts';
import type { OwedForm } from './owed.ts';
import { factsOfPlaces, placeKey } from './procedure-facts.ts';

/** The first chain that cannot be walked, named by who writes the form, or acceptance. */
export async function rehearse(
  db: Reader,
  unitCode: string,
  forms: readonly OwedForm[],
  today: Day,
): Promise<Result<null>> {
  const placeOf = ({ departmentCode }: OwedForm) => ({ departmentCode, unitCode });
  const facts = await factsOfPlaces(db, forms.map(placeOf), today);
  for (const owed of forms) {
    const known = facts.get(placeKey(placeOf(owed)));
    const walked =
      known === undefined ? accept(null) : rehearseChain(owed.form, owed.writer, known);
    if (!walked.ok) {
      const detail = { ...walked.refusal.detail, person: owed.writerName };
      return { ok: false, refusal: { ...walked.refusal, detail } };
    }
  }
  return accept(null);
}
