/** One command on one form, for verbs that bring no content of their own: decided, recorded and audited. */
import type { AuditEntry } from '../domain/audit.ts';
import type { ProcedureChange, ProcedureCommand } from '../domain/procedure-state.ts';
import { FIELD_LENGTH } from '../domain/profile-forms.ts';
import { type Result, refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { attemptFrom, type Change } from './mutate.ts';
import { decideHeld, type Held, holdProcedure, moveOf } from './procedure.ts';
import { procedureSubject } from './task.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export type StepVerb = {
  readonly procedureId: string;
  readonly command: ProcedureCommand;
  /** What was written, kept with the step. */
  readonly text: string;
  /** Names the text when it is too long. */
  readonly field: 'comment' | 'reply' | 'reason' | 'opinion';
  /** Facts beyond the dossier. */
  readonly learn?: (held: Held, unit: UnitOfWork) => Promise<Held>;
};

/** Carries the command out in the name of the person who clicked. */
export async function takeStep(ctx: Context, verb: StepVerb): Promise<Result<null>> {
  if (verb.text.length > FIELD_LENGTH)
    return refuse('fieldTooLong', { field: verb.field, limit: String(FIELD_LENGTH) });
  return attemptFrom(ctx, async (unit) => {
    const known = await holdProcedure(ctx, unit, verb.procedureId);
    const held = verb.learn === undefined ? known : await verb.learn(known, unit);
    return stepChange(ctx, held, verb);
  });
}

/** What the command comes to on the held form. */
export function stepChange(
  ctx: Context,
  held: Held,
  { command, text }: Pick<StepVerb, 'command' | 'text'>,
): Change<null> {
  const change = decideHeld(held, command);
  const opinion = text.trim() === '' ? null : text.trim();
  const moved = moveOf(ctx, held, change, { by: command.by, opinion });
  return { ...moved, value: null, audit: [entryOf(held, change, opinion)] };
}

function entryOf(held: Held, change: ProcedureChange, opinion: string | null): AuditEntry {
  const [outcome] = change.outcomes;
  if (outcome === undefined) throw new Error('a command without an outcome');
  return {
    subject: procedureSubject(held.row.id),
    action: `selfCheck.${outcome.action}`,
    fields: {
      step: outcome.stepId,
      version: change.next.version,
      opinion: opinion ?? '',
      ...outcome.detail,
    },
  };
}
