/** The author's buttons on a form of labelled fields. */
import type { Router } from '../bot/router.ts';
import { answersSaveDraft, answersSubmit } from '../cards/actions.ts';
import { answersOf } from '../cards/answers.ts';
import type { Reply } from '../cards/model.ts';
import { fillCard } from '../cards/self-check-form.ts';
import { refusalToast } from '../cards/wording.ts';
import { type Answers, mergeAnswers } from '../domain/answers.ts';
import { canonicalJson } from '../domain/canonical.ts';
import { isWriting } from '../domain/profile-steps.ts';
import type { Refusal, Result } from '../domain/refusal.ts';
import { saveAnswers, submitAnswers } from '../services/answers.ts';
import { type Caller, done, refused, viewFor } from './reply.ts';
import { kept, notKept } from './self-check.ts';

type Payload = { readonly id: string; readonly r: number };
const refOf = ({ id, r }: Payload) => ({ procedureId: id, revision: r });

export function registerAnswers(router: Router<Caller>): void {
  router.on(answersSaveDraft, async (caller, payload, values) => {
    const typed = answersOf(values);
    const result = await saveAnswers(caller.ctx, refOf(payload), typed);
    return result.ok
      ? shown(caller, payload.id, '草稿已保存，可随时继续填写')
      : notTaken(caller, payload, typed, result);
  });
  router.on(answersSubmit, async (caller, payload, values) => {
    const typed = answersOf(values);
    const result = await submitAnswers(caller.ctx, refOf(payload), typed);
    return result.ok
      ? done(caller, payload.id, '已提交')
      : notTaken(caller, payload, typed, result);
  });
}

async function shown(caller: Caller, id: string, text: string): Promise<Reply> {
  const view = await viewFor(caller, id);
  const toast = { tone: 'success' as const, text };
  return view === undefined ? { toast } : { toast, replace: fillCard(view) };
}

/** A refused answer is kept as the draft first, so that nothing typed is lost. */
async function notTaken(
  caller: Caller,
  payload: Payload,
  typed: Answers,
  { refusal }: Extract<Result<null>, { ok: false }>,
): Promise<Reply> {
  // These cannot be kept; without a new card the typed text stays where it is.
  if (refusal.code === 'fieldTooLong' || refusal.code === 'fieldUnknown')
    return { toast: refusalToast(refusal) };
  if (refusal.code === 'stale') return outdated(caller, payload, typed, refusal);
  if (refusal.code !== 'fieldRequired' && refusal.code !== 'fieldInvalid')
    return refused(caller, payload.id, refusal);
  await saveAnswers(caller.ctx, refOf(payload), typed);
  const view = await viewFor(caller, payload.id);
  const toast = refusalToast(refusal);
  return view === undefined ? { toast } : { toast, replace: fillCard(view) };
}

/**
 * The form has moved on, e.g. because an answer got lost. What was typed joins the draft if that overwrites nothing;
 * otherwise there is no new card, so that the text stays where it was typed.
 */
async function outdated(
  caller: Caller,
  payload: Payload,
  typed: Answers,
  refusal: Refusal,
): Promise<Reply> {
  const view = await viewFor(caller, payload.id);
  const content = view?.form.content;
  if (view?.isAuthor !== true || !isWriting(view.current) || content?.kind !== 'fields') {
    return refused(caller, payload.id, refusal);
  }
  const merged = mergeAnswers(content.fields, view.draftAnswers, typed);
  if (merged === null) return { toast: { tone: 'warning', text: notKept } };
  if (canonicalJson(merged) === canonicalJson(view.draftAnswers))
    return { toast: refusalToast(refusal), replace: fillCard(view) };
  const ref = { procedureId: payload.id, revision: view.row.state.revision };
  const saved = await saveAnswers(caller.ctx, ref, merged);
  if (!saved.ok) return { toast: refusalToast(saved.refusal) };
  const now = await viewFor(caller, payload.id);
  const toast = { tone: 'warning' as const, text: kept };
  return now === undefined ? { toast } : { toast, replace: fillCard(now) };
}
