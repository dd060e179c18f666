/** Agreeing to several personal forms at once (批量同意): each gets its own signature, audit entry and refusal. */
import type { Reader } from '../db/client.ts';
import type { ProcedureMove } from '../db/moves.ts';
import { openTasksOf } from '../db/tasks.ts';
import type { AuditEntry } from '../domain/audit.ts';
import type { Message, TimerSpec } from '../domain/effect.ts';
import { decideProcedure } from '../domain/procedure.ts';
import { currentAssignees } from '../domain/procedure-people.ts';
import { FIELD_LENGTH } from '../domain/profile-forms.ts';
import type { Step } from '../domain/profile-steps.ts';
import { type Refusal, type Result, refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { attemptFrom, type Change, required } from './mutate.ts';
import { type Held, holdProcedure } from './procedure.ts';
import { type ProcedureView, viewProcedure } from './procedure-view.ts';
import { stepChange } from './step-verb.ts';
import type { FormRef } from './writing.ts';

/** Forms on one card; more would not fit with what is written in them. */
const MOST_FORMS = 6;
/** Tasks looked through for them. */
const LOOKED_AT = 40;

/** The forms whose signature waits for `person`, the most urgent first; deciding steps are never among them. */
export async function viewSignable(
  db: Reader,
  person: string,
  at: { readonly now: Date; readonly zone: string },
): Promise<readonly ProcedureView[]> {
  const views: ProcedureView[] = [];
  for (const task of await openTasksOf(db, person, { size: LOOKED_AT, offset: 0 })) {
    if (views.length === MOST_FORMS) break;
    if (task.subjectCode === person) continue;
    const view = await viewProcedure(db, task.procedureId, person, at);
    if (view?.mayAct === true && isSignable(view, view.current)) views.push(view);
  }
  return views;
}

export type BulkOutcome = {
  /** Null = it is no business of the person who clicked. */
  readonly subjectName: string | null;
  /** Null = signed. */
  readonly refusal: Refusal | null;
};

/**
 * Signs every form of `refs` that stands as it was shown; one that has moved is refused by itself. Refused as a whole
 * only when nothing at all can be signed.
 */
export async function agreeToAll(
  ctx: Context,
  refs: readonly FormRef[],
  opinion: string,
): Promise<Result<readonly BulkOutcome[]>> {
  if (opinion.trim() === '') return refuse('opinionRequired');
  if (opinion.length > FIELD_LENGTH)
    return refuse('fieldTooLong', { field: 'opinion', limit: String(FIELD_LENGTH) });
  return attemptFrom(ctx, async (unit) => {
    const outcomes: BulkOutcome[] = [];
    const signed: Change<null>[] = [];
    for (const ref of refs.slice(0, MOST_FORMS)) {
      const held = await holdProcedure(ctx, unit, ref.procedureId);
      const command = {
        kind: 'agree' as const,
        by: ctx.actor.code,
        revision: ref.revision,
        opinion,
      };
      const subjectName = nameFor(held, ctx.actor.code);
      const refusal = subjectName === null ? notYours : refusalOf(held, command);
      outcomes.push({ subjectName, refusal });
      if (refusal === null) signed.push(stepChange(ctx, held, { command, text: opinion }));
    }
    return together(signed, outcomes);
  });
}

const notYours: Refusal = { code: 'notYours' };

/** An id that somebody sends by himself tells him nothing. */
function nameFor({ dossier, row, form, facts }: Held, person: string): string | null {
  const asked = currentAssignees(form.steps, row.state, facts).includes(person);
  const acted = dossier.history.some(({ actorCode }) => actorCode === person);
  return asked || acted ? row.subjectName : null;
}

/**
 * What a meeting decides, and what is only on record, is no signature; shared forms and other papers are read one by
 * one.
 */
const isSignable = (
  { row, form }: Pick<Held, 'row' | 'form'>,
  step: Step | null | undefined,
): boolean => row.level === 'person' && form.content.kind === 'riskPoints' && step?.kind === 'sign';

function refusalOf(held: Held, command: Parameters<typeof decideProcedure>[2]): Refusal | null {
  const { form, row, facts } = held;
  if (row.state.revision !== command.revision) return { code: 'stale' };
  if (!isSignable(held, form.steps[row.state.stepIndex])) return { code: 'wrongState' };
  const result = decideProcedure(form.steps, row.state, command, facts);
  return result.ok ? null : result.refusal;
}

function together(
  changes: readonly Change<null>[],
  outcomes: readonly BulkOutcome[],
): Change<readonly BulkOutcome[]> {
  const moves: ProcedureMove[] = changes.flatMap((each) => [...(each.moves ?? [])]);
  const messages: Message[] = changes.flatMap((each) => [...(each.messages ?? [])]);
  const timers: TimerSpec[] = changes.flatMap((each) => [...(each.timers ?? [])]);
  const [first, ...rest]: AuditEntry[] = changes.flatMap((each) => [...each.audit]);
  if (first === undefined) return required<Change<readonly BulkOutcome[]>>(refuse('nothingAgreed'));
  return { value: outcomes, moves, messages, timers, audit: [first, ...rest] };
}
