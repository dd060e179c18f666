/**
 * The procedure (步骤链): a pure reducer over the profile's steps. It knows how a chain is walked, the profile says
 * which steps, who and how long. Nobody signs his own form, nobody signs twice (S2-P2.1.1, RISK-12…14, RISK-45).
 */
import { type Day, isDay } from './calendar.ts';
import type { ReviewStep, Step } from './profile-steps.ts';
import type { Role } from './profile-terms.ts';
import { accept, type Result, refuse } from './refusal.ts';

export type Signature = { readonly stepId: string; readonly person: string };

/** `cancelled` = ended without a decision: its author has left, or its cycle was closed. */
export type ProcedureStatus = 'scheduled' | 'open' | 'completed' | 'cancelled';

export type ProcedureState = {
  readonly status: ProcedureStatus;
  readonly stepIndex: number;
  /** The last submitted version of the form; 0 = none yet. */
  readonly version: number;
  /** Grows with every change; a card carries the one it showed. */
  readonly revision: number;
  readonly subject: string;
  /** Signatures given to `version`. */
  readonly signed: readonly Signature[];
  /** Who has submitted a version; more than the subject when the form was handed over. */
  readonly writers?: readonly string[];
};

export type Meeting = { readonly heldOn: string; readonly attendees: readonly string[] };

export type ProcedureCommand = { readonly by: string; readonly revision: number } & (
  | { readonly kind: 'submit' }
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'agree'; readonly opinion: string; readonly meeting?: Meeting }
  | { readonly kind: 'return'; readonly opinion: string; readonly meeting?: Meeting }
);

export type Holders = Readonly<Partial<Record<Role, readonly string[]>>>;

export type ProcedureFacts = {
  /** Who holds each role for this form's department and unit today. */
  readonly holders: Holders;
  readonly today: string;
  /** What a deciding meeting is measured by; needed by the deciding step only. */
  readonly meeting?: {
    /** The day on which the version before the meeting was submitted. */
    readonly submittedOn: Day;
    /** Who held each role on the day of the meeting. */
    readonly holders: Holders;
  };
};

export type StepOutcome = {
  readonly stepId: string;
  readonly action: 'submitted' | 'withdrawn' | 'agreed' | 'returned' | 'decided' | 'skipped';
};

export type ProcedureChange = {
  readonly next: ProcedureState;
  /** What goes into the step history, in order. */
  readonly outcomes: readonly StepOutcome[];
  /** Who has to act next; empty when completed. */
  readonly assignees: readonly string[];
};

/** Decides `command`; a refusal changes nothing. The caller has checked that the form's content is complete. */
export function decideProcedure(
  steps: readonly Step[],
  state: ProcedureState,
  command: ProcedureCommand,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  if (state.status === 'completed') return refuse('alreadyDecided');
  if (state.status === 'cancelled') return refuse('wrongState');
  if (state.status === 'scheduled') return refuse('stageNotOpen');
  if (command.revision !== state.revision) return refuse('stale');
  switch (command.kind) {
    case 'submit':
      return submit(steps, state, command.by, facts);
    case 'withdraw':
      return withdraw(steps, state, command.by);
    case 'agree':
    case 'return':
      return review(steps, state, command, facts);
  }
}

/** Who may act on the current step now: the author while filling, else the reviewers. */
export function currentAssignees(
  steps: readonly Step[],
  state: ProcedureState,
  facts: ProcedureFacts,
): readonly string[] {
  const step = steps[state.stepIndex];
  if (state.status !== 'open' || step === undefined) return [];
  return step.kind === 'fill' ? [state.subject] : reviewersOf(step, state, facts);
}

/** The reviewers of `step`: its role without its writers and earlier signers, else the next role that has somebody. */
export function reviewersOf(
  step: ReviewStep,
  state: Pick<ProcedureState, 'subject' | 'signed' | 'writers'>,
  facts: ProcedureFacts,
): readonly string[] {
  const wrote = [state.subject, ...(state.writers ?? [])];
  const excluded = new Set([...wrote, ...signersAsked(step, state)]);
  for (const role of [step.who, ...step.otherwise]) {
    const candidates = (facts.holders[role] ?? []).filter((person) => !excluded.has(person));
    if (candidates.length > 0) return [...new Set(candidates)];
  }
  return [];
}

/** A meeting is recorded by its office, also when the recorder signed as somebody's head; single signatures stay distinct. */
function signersAsked(step: ReviewStep, state: Pick<ProcedureState, 'signed'>): readonly string[] {
  return step.kind === 'decide' ? [] : state.signed.map(({ person }) => person);
}

function submit(
  steps: readonly Step[],
  state: ProcedureState,
  by: string,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  const step = steps[state.stepIndex];
  if (by !== state.subject) return refuse('notYours');
  if (step?.kind !== 'fill') return refuse('alreadyDecided');
  const submitted = { ...state, version: state.version + 1, signed: [] };
  return advance(steps, submitted, { stepId: step.id, action: 'submitted' }, facts);
}

function withdraw(
  steps: readonly Step[],
  state: ProcedureState,
  by: string,
): Result<ProcedureChange> {
  const step = steps[state.stepIndex];
  if (by !== state.subject) return refuse('notYours');
  if (step === undefined || step.kind === 'fill') return refuse('wrongState');
  if (state.signed.length > 0) return refuse('alreadyDecided');
  return accept(backToAuthor(steps, state, { stepId: step.id, action: 'withdrawn' }));
}

function review(
  steps: readonly Step[],
  state: ProcedureState,
  command: Extract<ProcedureCommand, { kind: 'agree' | 'return' }>,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  const step = steps[state.stepIndex];
  if (step === undefined || step.kind === 'fill') return refuse('wrongState');
  if (command.by === state.subject) return refuse('ownForm');
  if (!reviewersOf(step, state, facts).includes(command.by)) return refuse('notYours');
  const opinionNeeded = command.kind === 'return' || step.opinion === 'always';
  if (opinionNeeded && command.opinion.trim() === '') return refuse('opinionRequired');
  const meeting = checkMeeting(step, command.meeting, state.subject, facts);
  if (!meeting.ok) return meeting;
  if (command.kind === 'return') {
    return accept(backToAuthor(steps, state, { stepId: step.id, action: 'returned' }));
  }
  const signed = [...state.signed, { stepId: step.id, person: command.by }];
  const action = step.kind === 'decide' ? 'decided' : 'agreed';
  return advance(steps, { ...state, signed }, { stepId: step.id, action }, facts);
}

/** A leader's click cannot replace the meeting: its day and who attended are on record before it decides (RISK-13). */
function checkMeeting(
  step: ReviewStep,
  meeting: Meeting | undefined,
  author: string,
  facts: ProcedureFacts,
): Result<null> {
  if (step.kind !== 'decide') return accept(null);
  if (meeting === undefined || meeting.heldOn === '')
    return refuse('fieldRequired', { field: 'heldOn' });
  if (!isDay(meeting.heldOn)) return refuse('fieldInvalid', { field: 'heldOn' });
  if (meeting.attendees.length === 0) return refuse('fieldRequired', { field: 'attendees' });
  if (meeting.heldOn > facts.today) return refuse('meetingInFuture');
  const { submittedOn, holders } = measureOf(facts);
  if (meeting.heldOn < submittedOn) return refuse('meetingBeforeSubmission', { submittedOn });
  const members = new Set(step.meetingOf.flatMap((role) => holders[role] ?? []));
  if (!meeting.attendees.every((person) => members.has(person))) return refuse('attendeeUnknown');
  const others = meeting.attendees.some((person) => person !== author);
  return others ? accept(null) : refuse('onlyAuthorAttended');
}

/** @throws when the caller decides a meeting without having read what it is measured by */
function measureOf({ meeting }: ProcedureFacts) {
  if (meeting === undefined) throw new Error('a deciding step without the facts of its meeting');
  return meeting;
}

/** Moves on from the current step, passing steps that have nobody, and completes after the last. */
function advance(
  steps: readonly Step[],
  state: ProcedureState,
  outcome: StepOutcome,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  const outcomes: StepOutcome[] = [outcome];
  const revision = state.revision + 1;
  for (let index = state.stepIndex + 1; index < steps.length; index += 1) {
    const step = steps[index];
    if (step === undefined || step.kind === 'fill') continue;
    const assignees = reviewersOf(step, state, facts);
    if (assignees.length > 0) {
      return accept({ next: { ...state, stepIndex: index, revision }, outcomes, assignees });
    }
    if (step.kind !== 'sign' || step.ifNobody === 'refuse')
      return refuse('noReviewer', { step: step.name });
    outcomes.push({ stepId: step.id, action: 'skipped' });
  }
  const next = { ...state, status: 'completed' as const, stepIndex: steps.length, revision };
  return accept({ next, outcomes, assignees: [] });
}

function backToAuthor(
  steps: readonly Step[],
  state: ProcedureState,
  outcome: StepOutcome,
): ProcedureChange {
  const stepIndex = steps.findIndex((step) => step.kind === 'fill');
  const next = { ...state, stepIndex, signed: [], revision: state.revision + 1 };
  return { next, outcomes: [outcome], assignees: [state.subject] };
}

/** The management chain above a person (S2-P2.3: 一级抓一级), bottom to top. */
const managementChain = ['department_head', 'leader_in_charge', 'principal_leader'] as const;

/**
 * The levels above `person`, nearest first, each with its holders. A level held by the person himself is passed over,
 * and who stands on a nearer level does not count again on a higher one.
 */
export function superiorsOf(person: string, facts: ProcedureFacts): readonly (readonly string[])[] {
  const below = new Set([person]);
  const own = managementChain.findLastIndex(
    (role) => facts.holders[role]?.includes(person) === true,
  );
  return managementChain
    .slice(own + 1)
    .map((role) => {
      const holders = (facts.holders[role] ?? []).filter((holder) => !below.has(holder));
      for (const holder of holders) below.add(holder);
      return holders;
    })
    .filter((holders) => holders.length > 0);
}
