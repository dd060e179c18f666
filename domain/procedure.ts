/**
 * The procedure (步骤链): a pure reducer over the profile's steps. It knows how a chain is walked, the profile says
 * which steps, who and how long. Nobody signs his own form, nobody signs twice (S2-P2.1.1, RISK-12…14, RISK-45).
 */
import { advance, backToAuthor, stay } from './procedure-advance.ts';
import { decideComment } from './procedure-comment.ts';
import { decideFiling } from './procedure-file.ts';
import { checkMeeting } from './procedure-meeting.ts';
import { actingOn } from './procedure-people.ts';
import { handOver, recuse } from './procedure-stand-in.ts';
import type {
  CommandOf,
  ProcedureChange,
  ProcedureCommand,
  ProcedureFacts,
  ProcedureState,
  StepOutcome,
} from './procedure-state.ts';
import { isReview, type ReviewStep, type Step } from './profile-steps.ts';
import { accept, type Result, refuse } from './refusal.ts';

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
  // Additions take nothing away: those who write at the same time do not wait for each other.
  if (command.kind !== 'comment' && command.revision !== state.revision) return refuse('stale');
  switch (command.kind) {
    case 'submit':
      return submit(steps, state, command.by, facts);
    case 'withdraw':
      return withdraw(steps, state, command.by);
    case 'agree':
    case 'return':
      return review(steps, state, command, facts);
    case 'comment':
    case 'answer':
    case 'closeComments':
    case 'expire':
      return decideComment(steps, state, command, facts);
    case 'file':
      return decideFiling(steps, state, command, facts);
    case 'recuse':
      return recuse(steps, state, command, facts);
    case 'handOver':
      return handOver(steps, state, command, facts);
  }
}

/** Gives the form in; while additions are collected it is a further version on the same step. */
function submit(
  steps: readonly Step[],
  state: ProcedureState,
  by: string,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  const step = steps[state.stepIndex];
  if (by !== state.subject) return refuse('notYours');
  const submitted = { ...state, version: state.version + 1, signed: [] };
  if (step?.kind === 'comment') {
    const outcome = { stepId: step.id, action: 'amended' as const };
    return accept(stay(steps, submitted, { collected: state.collected }, outcome, facts));
  }
  if (step?.kind !== 'fill') return refuse('alreadyDecided');
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

type Verdict = CommandOf<'agree'> | CommandOf<'return'>;

function review(
  steps: readonly Step[],
  state: ProcedureState,
  command: Verdict,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  const step = steps[state.stepIndex];
  const isWritten = step === undefined || step.kind === 'fill';
  if (isWritten) return refuse('wrongState');
  if (command.by === state.subject) return refuse('ownForm');
  if (!isReview(step)) return refuse('wrongState');
  const acting = actingOn(step, state, facts).find(({ person }) => person === command.by);
  if (acting === undefined) return refuse('notYours');
  if (needsOpinion(step, command) && command.opinion.trim() === '')
    return refuse('opinionRequired');
  const meeting = checkMeeting(step, command.meeting, state, facts);
  if (!meeting.ok) return meeting;
  const { onBehalfOf } = acting;
  const standing = onBehalfOf === undefined ? {} : { onBehalfOf };
  const detail = onBehalfOf === undefined ? {} : { detail: { onBehalfOf } };
  if (command.kind === 'return') {
    return accept(backToAuthor(steps, state, { stepId: step.id, action: 'returned', ...detail }));
  }
  const minutes = step.kind === 'meeting' ? { minutes: true as const } : {};
  const signature = { stepId: step.id, person: command.by, ...standing, ...minutes };
  const signed = [...state.signed, signature];
  const outcome: StepOutcome = { stepId: step.id, action: agreeing[step.kind], ...detail };
  return advance(steps, { ...state, signed }, outcome, facts);
}

/** A discussion is recorded with its result. */
const needsOpinion = (step: ReviewStep, { kind }: Verdict): boolean =>
  kind === 'return' || step.kind === 'meeting' || step.opinion === 'always';

const agreeing = {
  meeting: 'discussed',
  sign: 'agreed',
  decide: 'decided',
  check: 'checked',
} as const satisfies Readonly<Record<ReviewStep['kind'], StepOutcome['action']>>;

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
