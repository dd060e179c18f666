/** Filing (备案): every addressee confirms the receipt; deciding is over by then (RISK-15, PLAN-09, ORG-24). */
import { isDay } from './calendar.ts';
import { advance, stay } from './procedure-advance.ts';
import { actingFor } from './procedure-people.ts';
import type {
  CommandOf,
  ProcedureChange,
  ProcedureFacts,
  ProcedureState,
} from './procedure-state.ts';
import type { Addressee, Step } from './profile-steps.ts';
import { accept, type Result, refuse } from './refusal.ts';

/** Characters of a reference number (文号). */
export const REFERENCE_LENGTH = 100;

/** Confirms the receipt for one addressee; the last one completes the step. */
export function decideFiling(
  steps: readonly Step[],
  state: ProcedureState,
  command: CommandOf<'file'>,
  facts: ProcedureFacts,
): Result<ProcedureChange> {
  const step = steps[state.stepIndex];
  if (step?.kind !== 'file') return refuse('wrongState');
  if (command.by === state.subject) return refuse('ownForm');
  const addressee = step.addressees.find(({ code }) => code === command.addressee);
  if (addressee === undefined) return refuse('notYours');
  const acting = actingFor(addressee, step, state, facts).find(
    ({ person }) => person === command.by,
  );
  if (acting === undefined) return refuse('notYours');
  if (state.collected.filed.includes(addressee.code)) return refuse('alreadyDecided');
  const receipt = checkReceipt(addressee, command, facts);
  if (!receipt.ok) return receipt;
  const { onBehalfOf } = acting;
  const detail = {
    ref: addressee.code,
    addressee: addressee.name,
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    ...receipt.value,
  };
  const outcome = { stepId: step.id, action: 'filed' as const, detail };
  const collected = { ...state.collected, filed: [...state.collected.filed, addressee.code] };
  const complete = step.addressees.every(({ code }) => collected.filed.includes(code));
  return complete
    ? advance(steps, { ...state, collected }, outcome, facts)
    : accept(stay(steps, state, { collected }, outcome, facts));
}

/** A body without an account confirms on paper: the day and the reference of its receipt are recorded (ORG-24). */
function checkReceipt(
  { external }: Addressee,
  { receivedOn, reference: typed }: CommandOf<'file'>,
  { today }: ProcedureFacts,
): Result<{ readonly receivedOn?: string; readonly reference?: string }> {
  if (!external) return accept({});
  if (receivedOn === '') return refuse('fieldRequired', { field: 'receivedOn' });
  if (!isDay(receivedOn) || receivedOn > today)
    return refuse('fieldInvalid', { field: 'receivedOn' });
  const reference = typed.trim();
  if (reference === '') return refuse('fieldRequired', { field: 'reference' });
  if (reference.length > REFERENCE_LENGTH)
    return refuse('fieldTooLong', { field: 'reference', limit: String(REFERENCE_LENGTH) });
  return accept({ receivedOn, reference });
}
