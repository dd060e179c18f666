/**
 * The peer-help step (大家帮, 群众帮): additions are attributed, and each is accepted by the author, who then writes it
 * into the form himself, or its rejection is explained (RISK-08, RISK-11).
 */
import { advance, stay } from './procedure-advance.ts';
import { askedOf } from './procedure-people.ts';
import type {
  CommandOf,
  PeerComment,
  ProcedureChange,
  ProcedureFacts,
  ProcedureState,
} from './procedure-state.ts';
import type { CommentStep, Step } from './profile-steps.ts';
import { accept, type Result, refuse } from './refusal.ts';

/** Additions of one person on one form. */
const MOST_COMMENTS = 10;

/** Decides what is asked of the current step if it is a comment step. */
export function decideComment(
  steps: readonly Step[],
  state: ProcedureState,
  command: CommandOf<'comment' | 'answer' | 'closeComments' | 'expire'>,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  const step = steps[state.stepIndex];
  if (step?.kind !== 'comment') return refuse('wrongState');
  switch (command.kind) {
    case 'comment':
      return add(steps, step, state, command, facts);
    case 'answer':
      return answer(steps, step, state, command, facts);
    case 'closeComments':
      return close(steps, step, state, command.by, facts);
    case 'expire':
      return advance(steps, state, { stepId: step.id, action: 'expired' }, facts);
  }
}

function add(
  steps: readonly Step[],
  step: CommentStep,
  state: ProcedureState,
  { by, id, text: typed }: CommandOf<'comment'>,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  if (by === state.subject) return refuse('ownForm');
  if (!askedOf(step, state, facts).includes(by)) return refuse('notYours');
  const text = typed.trim();
  if (text === '') return refuse('fieldRequired', { field: 'comment' });
  const { comments } = state.collected;
  const own = comments.filter((each) => each.by === by);
  // A second click on the same words is no second addition.
  if (own.some((each) => each.text === text && each.answer === null))
    return refuse('alreadyDecided');
  if (own.length >= MOST_COMMENTS)
    return refuse('tooManyComments', { limit: String(MOST_COMMENTS) });
  const { version } = state;
  const added: PeerComment = { id, by, text, version, answer: null, reply: null };
  const collected = { ...state.collected, comments: [...comments, added] };
  const outcome = { stepId: step.id, action: 'commented' as const, detail: { ref: id } };
  const change = stay(steps, state, { collected }, outcome, facts);
  return accept({ ...change, stays: { done: [by], asked: [] } });
}

function answer(
  steps: readonly Step[],
  step: CommentStep,
  state: ProcedureState,
  command: CommandOf<'answer'>,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  if (command.by !== state.subject) return refuse('notYours');
  const asked = state.collected.comments.find(({ id }) => id === command.comment);
  if (asked === undefined) return refuse('notFound');
  if (asked.answer !== null) return refuse('alreadyDecided');
  const reply = command.reply.trim();
  if (command.answer === 'explained' && reply === '')
    return refuse('fieldRequired', { field: 'reply' });
  const answered = { ...asked, answer: command.answer, reply: reply === '' ? null : reply };
  const comments = state.collected.comments.map((each) => (each === asked ? answered : each));
  const collected = { ...state.collected, comments };
  const outcome = { stepId: step.id, action: command.answer, detail: { ref: asked.id } };
  return accept(stay(steps, state, { collected }, outcome, facts));
}

function close(
  steps: readonly Step[],
  step: CommentStep,
  state: ProcedureState,
  by: string,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  if (by !== state.subject) return refuse('notYours');
  const { comments } = state.collected;
  const open = comments.filter((each) => each.answer === null).length;
  if (open > 0) return refuse('commentsOpen', { count: String(open) });
  if (comments.some((each) => isUnwritten(each, state))) return refuse('acceptedNotWritten');
  return advance(steps, state, { stepId: step.id, action: 'closed' }, facts);
}

/** An accepted addition stands in the form once a version has followed the one it speaks of. */
const isUnwritten = ({ answer: given, version }: PeerComment, state: ProcedureState): boolean =>
  given === 'accepted' && version >= state.version;
