/** A recorded meeting: its day and who attended are on record before it counts; no click replaces it (RISK-13). */
import { isDay } from './calendar.ts';
import type { Meeting, ProcedureFacts, ProcedureState } from './procedure-state.ts';
import type { ReviewStep } from './profile-steps.ts';
import { accept, type Result, refuse } from './refusal.ts';

/** Whether `step` rests on a meeting. */
export const needsMeeting = (
  step: ReviewStep,
): step is Extract<ReviewStep, { kind: 'decide' | 'meeting' }> =>
  step.kind === 'decide' || step.kind === 'meeting';

/** Refuses a record that says too little, or somebody who cannot have attended. */
export function checkMeeting(
  step: ReviewStep,
  meeting: Meeting | undefined,
  { subject, collected }: Pick<ProcedureState, 'subject' | 'collected'>,
  facts: ProcedureFacts,
): Result<null> {
  if (!needsMeeting(step)) return accept(null);
  if (meeting === undefined || meeting.heldOn === '')
    return refuse('fieldRequired', { field: 'heldOn' });
  if (!isDay(meeting.heldOn)) return refuse('fieldInvalid', { field: 'heldOn' });
  if (meeting.attendees.length === 0) return refuse('fieldRequired', { field: 'attendees' });
  if (meeting.heldOn > facts.today) return refuse('meetingInFuture');
  const { submittedOn } = measureOf(facts);
  if (meeting.heldOn < submittedOn) return refuse('meetingBeforeSubmission', { submittedOn });
  const members = new Set(membersOf(step, measureOf(facts)));
  if (!meeting.attendees.every((person) => members.has(person))) return refuse('attendeeUnknown');
  const decides = step.kind === 'decide';
  if (decides && meeting.attendees.some((person) => collected.recused.includes(person)))
    return refuse('attendeeRecused');
  const others = meeting.attendees.some((person) => person !== subject);
  return others ? accept(null) : refuse('onlyAuthorAttended');
}

/** Who may have attended: the bodies of the profile, or the department with those who may keep the record. */
export function membersOf(
  step: Extract<ReviewStep, { kind: 'decide' | 'meeting' }>,
  { holders, colleagues = [] }: Pick<ProcedureFacts, 'holders' | 'colleagues'>,
): readonly string[] {
  const held = (roles: typeof step.otherwise) => roles.flatMap((role) => holders[role] ?? []);
  const members =
    step.meetingOf === 'department'
      ? [...colleagues, ...held([step.who, ...step.otherwise])]
      : held(step.meetingOf);
  return [...new Set(members)];
}

/** @throws when the caller records a meeting without having read what it is measured by */
function measureOf({ meeting }: ProcedureFacts) {
  if (meeting === undefined) throw new Error('a meeting without the facts it is measured by');
  return meeting;
}
