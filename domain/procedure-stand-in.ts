/** Recusal (回避) and hand-over (转交): the step stays, somebody else takes it. */
import { stay } from './procedure-advance.ts';
import { actingFor, actingOn, excludedFrom } from './procedure-people.ts';
import type {
  CommandOf,
  ProcedureChange,
  ProcedureFacts,
  ProcedureState,
} from './procedure-state.ts';
import { isReview, type ReviewStep, type Step } from './profile-steps.ts';
import { accept, type Result, refuse } from './refusal.ts';

/** Stands aside for a conflict of interest: the step goes to whoever comes next; with nobody left it is refused. */
export function recuse(
  steps: readonly Step[],
  state: ProcedureState,
  { by, reason }: CommandOf<'recuse'>,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  const step = steps[state.stepIndex];
  if (step === undefined || (!isReview(step) && step.kind !== 'file')) return refuse('wrongState');
  if (by === state.subject) return refuse('ownForm');
  const acting = everyActing(step, state, facts).find(({ person }) => person === by);
  if (acting === undefined) return refuse('notYours');
  if (reason.trim() === '') return refuse('fieldRequired', { field: 'reason' });
  const collected = { ...state.collected, recused: [...state.collected.recused, by] };
  const { onBehalfOf } = acting;
  const detail = { ref: by, ...(onBehalfOf === undefined ? {} : { onBehalfOf }) };
  const outcome = { stepId: step.id, action: 'recused' as const, detail };
  const next = { ...state, collected };
  const isStaffed = isReview(step)
    ? actingOn(step, next, facts).length > 0
    : step.addressees.every((each) => actingFor(each, step, next, facts).length > 0);
  if (!isStaffed) return refuse('nobodyStandsIn', { step: step.name });
  return accept(stay(steps, state, { collected }, outcome, facts));
}

const everyActing = (
  step: Extract<Step, { kind: 'file' }> | ReviewStep,
  state: ProcedureState,
  facts: ProcedureFacts,
) =>
  isReview(step)
    ? actingOn(step, state, facts)
    : step.addressees.flatMap((each) => actingFor(each, step, state, facts));

/** Gives the task to somebody else: another holder of the role, or, where nothing is decided, a named colleague. */
export function handOver(
  steps: readonly Step[],
  state: ProcedureState,
  command: CommandOf<'handOver'>,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  const { by, to, reason, id } = command;
  const step = steps[state.stepIndex];
  if (!isReview(step)) return refuse('wrongState');
  if (by === state.subject) return refuse('ownForm');
  const acting = actingOn(step, state, facts).find(({ person }) => person === by);
  if (acting === undefined) return refuse('notYours');
  if (acting.onBehalfOf !== undefined) return refuse('deputyHandsOver');
  if (to === '') return refuse('fieldRequired', { field: 'to' });
  if (reason.trim() === '') return refuse('fieldRequired', { field: 'reason' });
  if (to === by || !takersOf(step, state, facts).includes(to)) return refuse('mayNotTake');
  const collected = {
    ...state.collected,
    handed: [...state.collected.handed, { stepId: step.id, from: by, to }],
  };
  const outcome = { stepId: step.id, action: 'handedOver' as const, detail: { ref: id, to } };
  const present = [...(facts.present ?? []), to];
  return accept(stay(steps, state, { collected }, outcome, { ...facts, present }));
}

/** To whom the task of `step` may be handed. A decision is recorded by its office, whoever else is at hand. */
export function takersOf(
  step: ReviewStep,
  state: ProcedureState,
  facts: ProcedureFacts,
): readonly string[] {
  const excluded = excludedFrom(step, state);
  const ofRoles = [step.who, ...step.otherwise].flatMap((role) => facts.holders[role] ?? []);
  const named = step.kind === 'decide' ? [] : (facts.eligible ?? []);
  return [...new Set([...ofRoles, ...named])].filter((person) => !excluded.has(person));
}
