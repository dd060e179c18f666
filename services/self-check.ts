/** The author's verbs on a self-check form: write, submit, withdraw (S2-P2.1.1, RISK-06, RISK-45). */
import type { AuditFields } from '../domain/audit.ts';
import { canonicalJson, sha256Hex } from '../domain/canonical.ts';
import type { Profile, ProfileForm } from '../domain/profile.ts';
import { type Result, refuse } from '../domain/refusal.ts';
import {
  checkLengths,
  contentOf,
  draftSchema,
  emptyPoint,
  keepCurrent,
  type RiskPointAnswer,
  removeCurrent,
  reopenPoint,
  type SelfCheckContent,
  type SelfCheckDraft,
} from '../domain/self-check.ts';
import type { Context } from './context.ts';
import { attemptFrom, required } from './mutate.ts';
import { decideHeld, type Held, holdProcedure, moveOf } from './procedure.ts';
import { procedureSubject } from './task.ts';

export type FormRef = { readonly procedureId: string; readonly revision: number };

type Edit = (profile: Profile, form: ProfileForm, draft: SelfCheckDraft) => Result<SelfCheckDraft>;

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
export async function submitForm(
  ctx: Context,
  ref: FormRef,
  point: RiskPointAnswer,
): Promise<Result<null>> {
  return attemptFrom(ctx, async (unit) => {
    const held = await holdProcedure(ctx, unit, ref.procedureId);
    const { profile, form, row } = held;
    const by = ctx.actor.code;
    const change = decideHeld(held, { kind: 'submit', by, revision: ref.revision });
    const content = required(
      contentOf(profile, form, required(withCurrent(readDraft(held), point))),
    );
    const contentHash = hashOf(content);
    const { version } = change.next;
    const draft = { points: content.points, current: emptyPoint, editing: null };
    const submitted = { content, contentHash };
    const moved = moveOf(ctx, held, change, { by, opinion: null, draft, submitted });
    const audit = entryOf(row.id, 'selfCheck.submitted', {
      version,
      contentHash,
      points: content.points.length,
    });
    return { ...moved, value: null, audit: [audit] };
  });
}

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

async function editDraft(
  ctx: Context,
  ref: FormRef,
  action: string,
  edit: Edit,
): Promise<Result<null>> {
  return attemptFrom(ctx, async (unit) => {
    const held = await holdProcedure(ctx, unit, ref.procedureId);
    required(mayWrite(held, ctx.actor.code, ref.revision));
    const draft = required(edit(held.profile, held.form, readDraft(held)));
    const { state } = held.row;
    const move = {
      id: held.row.id,
      expected: state.revision,
      state: { ...state, revision: state.revision + 1 },
      at: ctx.now,
      completedAt: null,
      draft,
      steps: [],
    };
    const audit = entryOf(held.row.id, action, {
      draftHash: hashOf(draft),
      points: draft.points.length,
    });
    return { value: null, moves: [move], audit: [audit] };
  });
}

/** The draft with `point` as the one being written; answers too long for a field are refused. */
function withCurrent(draft: SelfCheckDraft, point: RiskPointAnswer): Result<SelfCheckDraft> {
  const checked = checkLengths(point);
  return checked.ok ? { ok: true, value: { ...draft, current: checked.value } } : checked;
}

/** Only the author writes, and only while the form is with him. */
function mayWrite(held: Held, person: string, revision: number): Result<null> {
  const { state } = held.row;
  if (person !== state.subject) return refuse('notYours');
  if (state.status === 'scheduled') return refuse('stageNotOpen');
  if (state.status === 'cancelled') return refuse('wrongState');
  if (held.form.steps[state.stepIndex]?.kind !== 'fill') return refuse('alreadyDecided');
  return revision === state.revision ? { ok: true, value: null } : refuse('stale');
}

/** The stored draft; only this file writes it, so a mismatch is a damaged row and throws. */
const readDraft = (held: Held): SelfCheckDraft => draftSchema.parse(held.row.draft);

/** SHA-256 of the canonical JSON, hex. */
const hashOf = (value: SelfCheckContent | SelfCheckDraft): string =>
  sha256Hex(canonicalJson(value));

const entryOf = (procedureId: string, action: string, fields: AuditFields) => ({
  subject: procedureSubject(procedureId),
  action,
  fields,
});
