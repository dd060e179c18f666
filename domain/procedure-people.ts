/**
 * Who may act on a step. Nobody reviews his own form, nobody signs twice, whoever has a conflict of interest stands
 * aside; a deputy acts for a leader who is away, and a task that was handed over lies with whoever took it.
 */
import type { Collected, ProcedureFacts, ProcedureState, Signature } from './procedure-state.ts';
import {
  type CommentStep,
  type FileStep,
  isReview,
  type ReviewStep,
  type Step,
} from './profile-steps.ts';
import type { Role } from './profile-terms.ts';

type Known = Pick<ProcedureState, 'subject' | 'signed' | 'writers'> & {
  readonly collected?: Collected;
};

/** Somebody who may act, and in whose place. */
export type Acting = {
  readonly person: string;
  /** The leader whose deputy this is. */
  readonly onBehalfOf?: string;
};

/** Who may act on the current step now: the author while filling, else those whom the step asks. */
export function currentAssignees(
  steps: readonly Step[],
  state: ProcedureState,
  facts: ProcedureFacts,
): readonly string[] {
  const step = steps[state.stepIndex];
  if (state.status !== 'open' || step === undefined) return [];
  return assigneesOf(step, state, facts);
}

/** Everybody whom `step` asks. */
export function assigneesOf(
  step: Step,
  state: ProcedureState,
  facts: ProcedureFacts,
): readonly string[] {
  switch (step.kind) {
    case 'fill':
      return [state.subject];
    case 'comment':
      return [state.subject, ...askedOf(step, state, facts)];
    case 'file':
      return receiversOf(step, state, facts);
    default:
      return reviewersOf(step, state, facts);
  }
}

/** The reviewers of `step`: its role without its writers and earlier signers, else the next role that has somebody. */
export const reviewersOf = (
  step: ReviewStep,
  state: Known,
  facts: ProcedureFacts,
): readonly string[] => actingOn(step, state, facts).map(({ person }) => person);

/** Like `reviewersOf`, with whose deputies they are. */
export function actingOn(step: ReviewStep, state: Known, facts: ProcedureFacts): readonly Acting[] {
  const excluded = excludedFrom(step, state);
  for (const role of [step.who, ...step.otherwise]) {
    const acting = ofRole(role, excluded, facts);
    if (acting.length > 0) return afterHandOvers(step, state, acting, { excluded, facts });
  }
  return [];
}

/** Who may not act on `step` whatever role is held. */
export function excludedFrom(step: Step, state: Known): ReadonlySet<string> {
  const recused = state.collected?.recused ?? [];
  const wrote = [state.subject, ...(state.writers ?? [])];
  return new Set([...wrote, ...signersAsked(step, state), ...recused]);
}

/** Single signatures stay distinct; whoever keeps minutes or checks may also have signed as somebody's head. */
function signersAsked(step: Step, state: Pick<ProcedureState, 'signed'>): readonly string[] {
  if (step.kind !== 'sign') return [];
  return state.signed.filter(({ minutes }) => minutes !== true).flatMap(namesIn);
}

/** A deputy's signature counts for both. */
const namesIn = ({ person, onBehalfOf }: Signature): readonly string[] =>
  onBehalfOf === undefined ? [person] : [person, onBehalfOf];

/** The holders of `role`, each replaced by the deputy of the day unless that one may not act here. */
function ofRole(
  role: Role,
  excluded: ReadonlySet<string>,
  { holders, deputies }: ProcedureFacts,
): readonly Acting[] {
  const candidates = [...new Set(holders[role] ?? [])].filter((person) => !excluded.has(person));
  const acting = candidates.map((holder): Acting => {
    const deputy = deputyOf(holder, deputies);
    const stands = deputy !== undefined && !excluded.has(deputy);
    return stands ? { person: deputy, onBehalfOf: holder } : { person: holder };
  });
  return eachOnce(acting);
}

const deputyOf = (person: string, deputies: ProcedureFacts['deputies']): string | undefined =>
  deputies !== undefined && Object.hasOwn(deputies, person) ? deputies[person] : undefined;

/** Somebody who acts in his own right needs nobody's. */
function eachOnce(acting: readonly Acting[]): readonly Acting[] {
  const own = acting.filter(({ onBehalfOf }) => onBehalfOf === undefined);
  const all = [...own, ...acting.filter(({ onBehalfOf }) => onBehalfOf !== undefined)];
  const known = new Map<string, Acting>();
  for (const each of all) if (!known.has(each.person)) known.set(each.person, each);
  return acting.filter((each) => known.get(each.person) === each);
}

/** A hand-over ends with the right of the one who gave it, or when the one who took it has left. */
function afterHandOvers(
  step: ReviewStep,
  { collected }: Known,
  acting: readonly Acting[],
  { excluded, facts }: { readonly excluded: ReadonlySet<string>; readonly facts: ProcedureFacts },
): readonly Acting[] {
  let result = acting;
  for (const { stepId, from, to } of collected?.handed ?? []) {
    const takes = facts.present?.includes(to) === true && !excluded.has(to);
    if (stepId !== step.id || !takes) continue;
    result = eachOnce(result.map((each) => (each.person === from ? { person: to } : each)));
  }
  return result;
}

/** Who is asked for additions: everybody of the department or of the roles, but not the author. */
export function askedOf(step: CommentStep, state: Known, facts: ProcedureFacts): readonly string[] {
  const asked =
    step.asks === 'department'
      ? (facts.colleagues ?? [])
      : step.asks.flatMap((role) => facts.holders[role] ?? []);
  return [...new Set(asked)].filter((person) => person !== state.subject);
}

/** Everybody who has to confirm a receipt that is not confirmed yet. */
function receiversOf(step: FileStep, state: ProcedureState, facts: ProcedureFacts) {
  const waiting = step.addressees.filter(({ code }) => !state.collected.filed.includes(code));
  return [
    ...new Set(
      waiting.flatMap((each) => actingFor(each, step, state, facts).map(({ person }) => person)),
    ),
  ];
}

/** Who may confirm the receipt for one addressee. */
export function actingFor(
  { who, otherwise }: FileStep['addressees'][number],
  step: FileStep,
  state: Known,
  facts: ProcedureFacts,
): readonly Acting[] {
  const excluded = excludedFrom(step, state);
  for (const role of [who, ...otherwise]) {
    const acting = ofRole(role, excluded, facts);
    if (acting.length > 0) return acting;
  }
  return [];
}

/** For whom somebody else acts on the current step today: they still see it. */
export function deputised(
  steps: readonly Step[],
  state: ProcedureState,
  facts: ProcedureFacts,
): readonly string[] {
  const step = steps[state.stepIndex];
  if (state.status !== 'open') return [];
  const acting = isReview(step)
    ? actingOn(step, state, facts)
    : step?.kind === 'file'
      ? step.addressees.flatMap((each) => actingFor(each, step, state, facts))
      : [];
  return acting.flatMap(({ onBehalfOf }) => (onBehalfOf === undefined ? [] : [onBehalfOf]));
}
