/** The author's verbs on a self-check form: write, submit, withdraw (S2-P2.1.1, RISK-06, RISK-45). */
import type { Profile } from '../domain/profile.ts';
import type { PointRules } from '../domain/profile-forms.ts';
import { accept, type Result, refuse } from '../domain/refusal.ts';
import {
  checkLengths,
  contentOf,
  draftSchema,
  emptyPoint,
  keepCurrent,
  type RiskPointAnswer,
  removeCurrent,
  reopenPoint,
  type SelfCheckDraft,
} from '../domain/self-check.ts';
import type { Context } from './context.ts';
import { attemptFrom } from './mutate.ts';
import { decideHeld, type Held, holdProcedure, moveOf } from './procedure.ts';
import { entryOf, type FormRef, storeDraft, submitWritten } from './writing.ts';

type Edit = (profile: Profile, rules: PointRules, draft: SelfCheckDraft) => Result<SelfCheckDraft>;

/** Keeps what has been written so far; nothing is checked. */
export const saveDraft = (
  ctx: Context,
  ref: FormRef,
  point: RiskPointAnswer,
): Promise<Result<null>> =>
  editDraft(ctx, ref, 'selfCheck.draftSaved', (_profile, _form, draft) =>
    withCurrent(draft, point),
  );

/** Finishes the point being written and starts an empty one. */
export const addPoint = (
  ctx: Context,
  ref: FormRef,
  point: RiskPointAnswer,
): Promise<Result<null>> =>
  editDraft(ctx, ref, 'selfCheck.pointAdded', (profile, form, draft) => {
    const next = withCurrent(draft, point);
    return next.ok ? keepCurrent(profile, form, next.value) : next;
  });

/** Keeps the point being written and opens point `index` (from 0) for change. */
export const editPoint = (
  ctx: Context,
  ref: FormRef,
  point: RiskPointAnswer,
  index: number,
): Promise<Result<null>> =>
  editDraft(ctx, ref, 'selfCheck.pointReopened', (_profile, form, draft) => {
    const next = withCurrent(draft, point);
    return next.ok ? reopenPoint(form, next.value, index) : next;
  });

/** Takes the point being changed out of the form. */
export const dropPoint = (ctx: Context, ref: FormRef): Promise<Result<null>> =>
  editDraft(ctx, ref, 'selfCheck.pointRemoved', (_profile, _form, draft) => removeCurrent(draft));

/** Submits the form as a new version; it goes to the first reviewer, and its draft stays for a later return. */
export const submitForm = (
  ctx: Context,
  ref: FormRef,
  point: RiskPointAnswer,
): Promise<Result<null>> =>
  submitWritten(ctx, ref, (held) => {
    const rules = rulesOf(held);
    if (!rules.ok) return rules;
    const draft = withCurrent(readDraft(held), point);
    const content = draft.ok ? contentOf(held.profile, rules.value, draft.value) : draft;
    if (!content.ok) return content;
    const { points } = content.value;
    return accept({
      value: content.value,
      draft: { points, current: emptyPoint, editing: null },
      fields: { points: points.length },
    });
  });

/** Takes the form back; possible until the first signature. */
export async function withdrawForm(ctx: Context, ref: FormRef): Promise<Result<null>> {
  return attemptFrom(ctx, async (unit) => {
    const held = await holdProcedure(ctx, unit, ref.procedureId);
    const by = ctx.actor.code;
    const change = decideHeld(held, { kind: 'withdraw', by, revision: ref.revision });
    const moved = moveOf(ctx, held, change, { by, opinion: null });
    const audit = entryOf(held.row.id, 'selfCheck.withdrawn', { version: change.next.version });
    return { ...moved, value: null, audit: [audit] };
  });
}

const editDraft = (ctx: Context, ref: FormRef, action: string, edit: Edit): Promise<Result<null>> =>
  storeDraft(ctx, ref, action, (held) => {
    const rules = rulesOf(held);
    if (!rules.ok) return rules;
    const draft = edit(held.profile, rules.value, readDraft(held));
    return draft.ok
      ? accept({ value: draft.value, fields: { points: draft.value.points.length } })
      : draft;
  });

/** What the form accepts; a form of labelled fields takes no risk points. */
function rulesOf({ form }: Held): Result<PointRules> {
  return form.content.kind === 'riskPoints' ? accept(form.content) : refuse('wrongState');
}

/** The draft with `point` as the one being written; answers too long for a field are refused. */
function withCurrent(draft: SelfCheckDraft, point: RiskPointAnswer): Result<SelfCheckDraft> {
  const checked = checkLengths(point);
  return checked.ok ? { ok: true, value: { ...draft, current: checked.value } } : checked;
}

/** The stored draft; only this file writes it, so a mismatch is a damaged row and throws. */
const readDraft = (held: Held): SelfCheckDraft => draftSchema.parse(held.row.draft);
