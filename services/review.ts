/** The reviewers' verbs: sign, return, decide in a recorded meeting, register (RISK-12…14, RISK-31, RISK-45). */
import { holdAt, type NewMeeting } from '../db/moves.ts';
import { peopleOfDepartment } from '../db/organisation.ts';
import { insertRiskPoints, takeRegisterNumbers } from '../db/risk-points.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { dayOf, isDay } from '../domain/calendar.ts';
import { needsMeeting } from '../domain/procedure-meeting.ts';
import type { Meeting, ProcedureChange, StepOutcome } from '../domain/procedure-state.ts';
import { FIELD_LENGTH } from '../domain/profile-forms.ts';
import { isReview } from '../domain/profile-steps.ts';
import { type Result, refuse } from '../domain/refusal.ts';
import { contentSchema } from '../domain/self-check.ts';
import type { Context } from './context.ts';
import { attemptFrom, newId, required } from './mutate.ts';
import { decideHeld, type Held, holdProcedure, moveOf } from './procedure.ts';
import { loadFacts } from './procedure-facts.ts';
import { procedureSubject } from './task.ts';
import type { UnitOfWork } from './unit-of-work.ts';
import type { FormRef } from './writing.ts';

export type ReviewInput = FormRef & {
  readonly verdict: 'agree' | 'return';
  readonly opinion: string;
  /** Required by the deciding step; another one passes over it. */
  readonly meeting?: Meeting;
};

export type ReviewOutcome = {
  readonly registerNumbers: readonly string[];
  readonly action: StepOutcome['action'];
  /** Whether the form's last step is done. */
  readonly completed: boolean;
};

/** Signs, decides or returns the form in the name of the person who clicked. */
export async function reviewForm(ctx: Context, given: ReviewInput): Promise<Result<ReviewOutcome>> {
  const input = eachOnce(given);
  if (input.opinion.length > FIELD_LENGTH) {
    return refuse('fieldTooLong', { field: 'opinion', limit: String(FIELD_LENGTH) });
  }
  return attemptFrom(ctx, async (unit) => {
    const known = await holdProcedure(ctx, unit, input.procedureId);
    const held = { ...known, facts: await factsFor(ctx, unit, known, input.meeting) };
    const by = ctx.actor.code;
    const change = decideHeld(held, commandOf(input, by));
    const opinion = input.opinion.trim() === '' ? null : input.opinion.trim();
    const meeting = meetingOf(held, input, by);
    const act = { by, opinion, ...(meeting === null ? {} : { meeting }) };
    const moved = moveOf(ctx, held, change, act);
    const completed = change.next.status === 'completed';
    const registered = change.registers === true ? await register(ctx, unit, held, change) : [];
    const outcome = outcomeOf(change);
    const audit = auditOf(held, change, { opinion, meeting, registered });
    const value = { registerNumbers: registered, action: outcome.action, completed };
    return { ...moved, value, audit: [audit] };
  });
}

/** A meeting's record names everybody who was there once. */
function eachOnce(input: ReviewInput): ReviewInput {
  if (input.meeting === undefined) return input;
  const { heldOn, attendees } = input.meeting;
  return { ...input, meeting: { heldOn, attendees: [...new Set(attendees)] } };
}

/** The held facts, at the deciding step with what its meeting is measured by: the submission and the members that day. */
async function factsFor(
  ctx: Context,
  unit: UnitOfWork,
  held: Held,
  meeting: Meeting | undefined,
): Promise<Held['facts']> {
  const { row, facts, dossier } = held;
  const step = held.form.steps[row.state.stepIndex];
  if (!isReview(step) || !needsMeeting(step)) return facts;
  if (meeting === undefined || !isDay(meeting.heldOn)) return facts;
  const { submitted } = dossier;
  if (submitted === null) throw new Error('a form in review without its submitted version');
  const reader = await unit.reader();
  const { holders } = await loadFacts(reader, row, meeting.heldOn);
  const { departmentCode } = row;
  const workers =
    departmentCode === null ? [] : await peopleOfDepartment(reader, departmentCode, meeting.heldOn);
  const colleagues = workers.map(({ code }) => code);
  const submittedOn = dayOf(submitted.submittedAt, ctx.zone);
  return { ...facts, meeting: { submittedOn, holders, colleagues } };
}

function commandOf(input: ReviewInput, by: string) {
  const { verdict, opinion, revision, meeting } = input;
  return { kind: verdict, by, revision, opinion, ...(meeting === undefined ? {} : { meeting }) };
}

function meetingOf(held: Held, input: ReviewInput, by: string): NewMeeting | null {
  const step = held.form.steps[held.row.state.stepIndex];
  if (!isReview(step) || !needsMeeting(step) || input.meeting === undefined) return null;
  const passed = step.kind === 'decide' ? ('passed' as const) : ('discussed' as const);
  const result = input.verdict === 'agree' ? passed : ('returned' as const);
  return { id: newId(), ...input.meeting, result, recordedBy: by };
}

/** Puts the decided points into the register under the next numbers of the unit's year. */
async function register(
  ctx: Context,
  unit: UnitOfWork,
  held: Held,
  change: ProcedureChange,
): Promise<readonly string[]> {
  const { row, profile } = held;
  if (held.form.content.kind !== 'riskPoints') return [];
  const trx = await unit.begin();
  await holdAt(trx, row.id, row.state.revision);
  const { points } = contentSchema.parse(held.dossier.submitted?.content);
  const year = Number(held.today.slice(0, 4));
  const first = await takeRegisterNumbers(trx, row.unitCode, year, points.length);
  const numbers = points.map((_, index) =>
    registerNumber(profile.register.numberPrefix, row.unitCode, year, first + index),
  );
  await insertRiskPoints(
    trx,
    points.map((point, index) => ({
      id: newId(),
      registerNumber: numbers[index] ?? required(refuse('notFound')),
      cycleId: row.cycleId,
      procedureId: row.id,
      version: change.next.version,
      ordinal: index + 1,
      personCode: writerOf(held),
      postNames: row.postNames,
      level: row.level,
      departmentCode: row.departmentCode,
      unitCode: row.unitCode,
      riskType: point.riskType,
      content: point.content,
      manifestationPicks: point.manifestationPicks,
      manifestation: point.manifestation,
      existence: point.existence === 'present' ? ('present' as const) : ('potential' as const),
      measures: point.measures,
      registeredAt: ctx.now,
    })),
  );
  return numbers;
}

/** Who submitted what is decided on; a form may have been handed over since. */
const writerOf = ({ row, dossier }: Held): string =>
  dossier.history.findLast(({ action }) => action === 'submitted' || action === 'amended')
    ?.actorCode ?? row.state.subject;

/** e.g. `FX-QLSF-2026-0007`: prefix, unit, year, running number of at least four digits. */
const registerNumber = (prefix: string, unit: string, year: number, running: number): string =>
  `${prefix}-${unit}-${year}-${String(running).padStart(4, '0')}`;

function outcomeOf({ outcomes: [outcome] }: ProcedureChange): StepOutcome {
  if (outcome === undefined) throw new Error('a review without an outcome');
  return outcome;
}

function auditOf(
  held: Held,
  change: ProcedureChange,
  act: {
    readonly opinion: string | null;
    readonly meeting: NewMeeting | null;
    readonly registered: readonly string[];
  },
): AuditEntry {
  const outcome = outcomeOf(change);
  const { meeting, registered } = act;
  return {
    subject: procedureSubject(held.row.id),
    action: `selfCheck.${outcome.action}`,
    fields: {
      step: outcome.stepId,
      version: change.next.version,
      opinion: act.opinion ?? '',
      ...(outcome.detail ?? {}),
      ...(meeting === null ? {} : { heldOn: meeting.heldOn, attendees: meeting.attendees }),
      ...(registered.length === 0 ? {} : { registerNumbers: registered }),
    },
  };
}
