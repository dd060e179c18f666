/** The steps of a form as a card shows them: who has acted, who is asked, in whose place. */
import type { HistoryRow } from '../db/dossiers.ts';
import type { ProcedureRow } from '../db/procedures.ts';
import { membersOf, needsMeeting } from '../domain/procedure-meeting.ts';
import { actingFor, actingOn, assigneesOf } from '../domain/procedure-people.ts';
import type { StepOutcome } from '../domain/procedure-state.ts';
import type { ProfileForm } from '../domain/profile.ts';
import { isReview, type Step } from '../domain/profile-steps.ts';
import type { Facts } from './procedure-facts.ts';

export type PersonName = { readonly code: string; readonly name: string };

/** Somebody who acts; `standsFor` is the name of the leader whose deputy this is. */
export type ActingName = PersonName & { readonly standsFor?: string };

/** One step of the chain as it stands for this form. */
export type StepView = {
  readonly step: Step;
  readonly state: 'done' | 'current' | 'ahead' | 'skipped';
  /** Who acts or will act, as far as it can be told today. */
  readonly people: readonly ActingName[];
};

/** An addressee of a filing step as it stands. */
export type ReceiptView = {
  readonly name: string;
  readonly external: boolean;
  readonly isFiled: boolean;
  /** Whether the viewer may confirm it. */
  readonly isMine: boolean;
};

export function stepViews(
  form: ProfileForm,
  row: ProcedureRow,
  facts: Facts,
  history: readonly HistoryRow[],
): readonly StepView[] {
  const { state } = row;
  return form.steps.map((step, index) => {
    const skipped = history.some(
      (event) =>
        event.stepId === step.id && event.action === 'skipped' && event.version === state.version,
    );
    const passed = state.status === 'completed' || index < state.stepIndex;
    if (step.kind === 'fill') {
      const author = { code: state.subject, name: row.subjectName };
      return { step, state: passed ? 'done' : 'current', people: [author] };
    }
    if (passed)
      return {
        step,
        state: skipped ? 'skipped' : 'done',
        people: actorsOf(step, state.version, history),
      };
    const isCurrent = state.status === 'open' && index === state.stepIndex;
    return { step, state: isCurrent ? 'current' : 'ahead', people: askedBy(step, row, facts) };
  });
}

/** Who is asked, deputies with whose they are; the author of additions is not asked for them. */
function askedBy(step: Step, { state }: ProcedureRow, facts: Facts): readonly ActingName[] {
  if (!isReview(step)) {
    const asked = assigneesOf(step, state, facts).filter((person) => person !== state.subject);
    return named(asked, facts);
  }
  return actingOn(step, state, facts).map(({ person, onBehalfOf }) => {
    const name = facts.names.get(person) ?? person;
    const leader = onBehalfOf === undefined ? null : (facts.names.get(onBehalfOf) ?? onBehalfOf);
    return leader === null ? { code: person, name } : { code: person, name, standsFor: leader };
  });
}

const taking: ReadonlySet<StepOutcome['action']> = new Set([
  'commented',
  'discussed',
  'agreed',
  'decided',
  'checked',
  'filed',
]);

function actorsOf(
  step: Step,
  version: number,
  history: readonly HistoryRow[],
): readonly ActingName[] {
  // Additions may speak of an earlier version than the one that went on.
  const counts = (event: HistoryRow) => step.kind === 'comment' || event.version === version;
  const people = history
    .filter((event) => event.stepId === step.id && counts(event) && taking.has(event.action))
    .map((event) => ({
      code: event.actorCode,
      name: event.actorName ?? event.actorCode,
      ...(event.onBehalfOfName === null ? {} : { standsFor: event.onBehalfOfName }),
    }));
  return people.filter((each, at) => people.findIndex(({ code }) => code === each.code) === at);
}

const named = (codes: readonly string[], facts: Facts): readonly PersonName[] =>
  codes.map((code) => ({ code, name: facts.names.get(code) ?? code }));

export function membersAt(step: Step | null, facts: Facts): readonly PersonName[] {
  if (step === null || !isReview(step) || !needsMeeting(step)) return [];
  return named(membersOf(step, facts), facts);
}

export function standsFor(
  step: Step | null,
  { state }: ProcedureRow,
  facts: Facts,
  viewer: string,
): string | null {
  const acting =
    step !== null && isReview(step)
      ? actingOn(step, state, facts)
      : step?.kind === 'file'
        ? step.addressees.flatMap((each) => actingFor(each, step, state, facts))
        : [];
  const leader = acting.find(({ person }) => person === viewer)?.onBehalfOf;
  return leader === undefined ? null : (facts.names.get(leader) ?? leader);
}

export function receiptsOf(
  step: Step | null,
  { state }: ProcedureRow,
  facts: Facts,
  viewer: string,
): readonly ReceiptView[] {
  if (step?.kind !== 'file') return [];
  return step.addressees.map((addressee) => {
    const isFiled = state.collected.filed.includes(addressee.code);
    const acting = actingFor(addressee, step, state, facts).map(({ person }) => person);
    const { name, external } = addressee;
    return { name, external, isFiled, isMine: !isFiled && acting.includes(viewer) };
  });
}
