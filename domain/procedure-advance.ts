/** How a procedure leaves a step: on to the next that has somebody, or back to its author. */
import { actingFor, askedOf, assigneesOf, reviewersOf } from './procedure-people.ts';
import type {
  ProcedureChange,
  ProcedureFacts,
  ProcedureState,
  StepOutcome,
} from './procedure-state.ts';
import { registeringIndex, type Step } from './profile-steps.ts';
import { accept, type Result, refuse } from './refusal.ts';

/** Moves on from the current step, passing steps that have nobody, and completes after the last. */
export function advance(
  steps: readonly Step[],
  state: ProcedureState,
  outcome: StepOutcome,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  const outcomes: StepOutcome[] = [outcome];
  const revision = state.revision + 1;
  const registers = state.stepIndex === registeringIndex(steps) ? { registers: true as const } : {};
  for (let index = state.stepIndex + 1; index < steps.length; index += 1) {
    const step = steps[index];
    if (step === undefined || step.kind === 'fill') continue;
    if (hasSomebody(step, state, facts)) {
      const next = { ...state, stepIndex: index, revision };
      const assignees = assigneesOf(step, next, facts);
      return accept({ next, outcomes, assignees, ...registers });
    }
    if (!mayBeSkipped(step)) return refuse('noReviewer', { step: step.name });
    outcomes.push({ stepId: step.id, action: 'skipped' });
  }
  const next = { ...state, status: 'completed' as const, stepIndex: steps.length, revision };
  return accept({ next, outcomes, assignees: [], ...registers });
}

/** Whether `step` has everybody it needs. */
export function hasSomebody(
  step: Exclude<Step, { kind: 'fill' }>,
  state: Pick<ProcedureState, 'subject' | 'signed'>,
  facts: ProcedureFacts,
): boolean {
  if (step.kind === 'comment') return askedOf(step, state, facts).length > 0;
  if (step.kind !== 'file') return reviewersOf(step, state, facts).length > 0;
  return step.addressees.every((each) => actingFor(each, step, state, facts).length > 0);
}

/** Whether the procedure passes `step` when it has nobody. */
export const mayBeSkipped = (step: Step): boolean =>
  step.kind === 'comment' || (step.kind === 'sign' && step.ifNobody === 'skip');

/** Back to the author: every signature of the version falls, additions and recusals stay. */
export function backToAuthor(
  steps: readonly Step[],
  state: ProcedureState,
  outcome: StepOutcome,
): ProcedureChange {
  const stepIndex = steps.findIndex((step) => step.kind === 'fill');
  const collected = { ...state.collected, handed: [] };
  const next = { ...state, stepIndex, signed: [], collected, revision: state.revision + 1 };
  return { next, outcomes: [outcome], assignees: [state.subject] };
}

/** The step goes on with `next`; those who need no longer act are done, those who came in are asked. */
export function stay(
  steps: readonly Step[],
  state: ProcedureState,
  next: Pick<ProcedureState, 'collected'>,
  outcome: StepOutcome,
  facts: ProcedureFacts,
): ProcedureChange {
  const moved = { ...state, ...next, revision: state.revision + 1 };
  const step = steps[state.stepIndex];
  const before = step === undefined ? [] : assigneesOf(step, state, facts);
  const assignees = step === undefined ? [] : assigneesOf(step, moved, facts);
  const done = before.filter((person) => !assignees.includes(person));
  const asked = assignees.filter((person) => !before.includes(person));
  return { next: moved, outcomes: [outcome], assignees, stays: { done, asked } };
}
