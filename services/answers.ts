/** The author's verbs on a form of labelled fields, e.g. an implementation plan: keep a draft, give it in. */
import { type Answers, completeAnswers, draftAnswers } from '../domain/answers.ts';
import type { ProfileField } from '../domain/profile-forms.ts';
import { accept, type Result, refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import type { Held } from './procedure.ts';
import { type FormRef, storeDraft, submitWritten, type Written } from './writing.ts';

/** Keeps what has been typed so far, complete or not. */
export const saveAnswers = (ctx: Context, ref: FormRef, typed: Answers): Promise<Result<null>> =>
  storeDraft(ctx, ref, 'selfCheck.draftSaved', (held) => written(held, typed, draftAnswers));

/** Gives the form in as a new version. */
export const submitAnswers = (ctx: Context, ref: FormRef, typed: Answers): Promise<Result<null>> =>
  submitWritten(ctx, ref, (held) => {
    const result = written(held, typed, completeAnswers);
    return result.ok ? accept({ ...result.value, draft: result.value.value }) : result;
  });

type Check = (fields: readonly ProfileField[], typed: Answers) => Result<Answers>;

function written({ form }: Held, typed: Answers, check: Check): Result<Written> {
  if (form.content.kind !== 'fields') return refuse('wrongState');
  const checked = check(form.content.fields, typed);
  if (!checked.ok) return checked;
  const answers = checked.value;
  return accept({ value: { answers }, fields: { answers: Object.keys(answers).length } });
}
