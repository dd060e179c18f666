/** Forms of sections and teams in tests: found by their object, agreed to by a reviewer. */
import { type ReviewInput, reviewForm } from '../../services/review.ts';
import type { FormRef } from '../../services/writing.ts';
import { type Bureau, NOW } from './bureau.ts';

/** The newest state of the form of `objectCode`. */
export async function refOf(
  { db }: Bureau,
  formCode: string,
  objectCode: string,
): Promise<FormRef & { readonly writer: string; readonly status: string }> {
  return db
    .selectFrom('procedure')
    .select(['id as procedureId', 'revision', 'subject_person as writer', 'status'])
    .where('form_code', '=', formCode)
    .where('object_code', '=', objectCode)
    .executeTakeFirstOrThrow();
}

/** `by` agrees, with an opinion. */
export const agree = (
  { as }: Bureau,
  by: string,
  ref: FormRef,
  more: Pick<ReviewInput, 'meeting'> = {},
  now = NOW,
) => reviewForm(as(by, now), { ...ref, verdict: 'agree', opinion: '同意', ...more });
