/** What every form's author does alike, whatever it asks: keep a draft, give it in. */
import type { AuditFields } from '../domain/audit.ts';
import { canonicalJson, sha256Hex } from '../domain/canonical.ts';
import { isWriting } from '../domain/profile-steps.ts';
import { type Result, refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { attemptFrom, required } from './mutate.ts';
import { decideHeld, type Held, holdProcedure, moveOf } from './procedure.ts';
import { procedureSubject } from './task.ts';

export type FormRef = { readonly procedureId: string; readonly revision: number };

/** Something to store, and what the audit says about it. */
export type Written = { readonly value: unknown; readonly fields: AuditFields };

/** Stores as draft what `edit` makes of the form; only its writer may, and only while it lies with him. */
export async function storeDraft(
  ctx: Context,
  ref: FormRef,
  action: string,
  edit: (held: Held) => Result<Written>,
): Promise<Result<null>> {
  return attemptFrom(ctx, async (unit) => {
    const held = await holdProcedure(ctx, unit, ref.procedureId);
    required(mayWrite(held, ctx.actor.code, ref.revision));
    const draft = required(edit(held));
    const { state } = held.row;
    const move = {
      id: held.row.id,
      expected: state.revision,
      state: { ...state, revision: state.revision + 1 },
      at: ctx.now,
      completedAt: null,
      draft: draft.value,
      steps: [],
    };
    const audit = entryOf(held.row.id, action, {
      draftHash: hashOf(draft.value),
      ...draft.fields,
    });
    return { value: null, moves: [move], audit: [audit] };
  });
}

/** Gives in what `write` makes of the form as a new version; `draft` stays for a later return. */
export async function submitWritten(
  ctx: Context,
  ref: FormRef,
  write: (held: Held) => Result<Written & { readonly draft: unknown }>,
): Promise<Result<null>> {
  return attemptFrom(ctx, async (unit) => {
    const held = await holdProcedure(ctx, unit, ref.procedureId);
    const by = ctx.actor.code;
    const change = decideHeld(held, { kind: 'submit', by, revision: ref.revision });
    const { value: content, draft, fields } = required(write(held));
    const contentHash = hashOf(content);
    const submitted = { content, contentHash };
    const moved = moveOf(ctx, held, change, { by, opinion: null, draft, submitted });
    const { version } = change.next;
    const [outcome] = change.outcomes;
    const amended = outcome?.action === 'amended';
    const audit = entryOf(held.row.id, amended ? 'selfCheck.amended' : 'selfCheck.submitted', {
      ...(amended ? { step: outcome.stepId } : {}),
      version,
      contentHash,
      ...fields,
    });
    return { ...moved, value: null, audit: [audit] };
  });
}

/** Only the writer writes, and only while the form is with him. */
function mayWrite(held: Held, person: string, revision: number): Result<null> {
  const { state } = held.row;
  if (person !== state.subject) return refuse('notYours');
  if (state.status === 'scheduled') return refuse('stageNotOpen');
  if (state.status === 'cancelled') return refuse('wrongState');
  if (!isWriting(held.form.steps[state.stepIndex])) return refuse('alreadyDecided');
  return revision === state.revision ? { ok: true, value: null } : refuse('stale');
}

/** SHA-256 of the canonical JSON, hex. */
const hashOf = (value: unknown): string => sha256Hex(canonicalJson(value));

export const entryOf = (procedureId: string, action: string, fields: AuditFields) => ({
  subject: procedureSubject(procedureId),
  action,
  fields,
});
