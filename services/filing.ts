/** Filing (备案): an addressee confirms the receipt, or the office does for a body without an account (RISK-15, ORG-24). */
import type { Result } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { attemptFrom } from './mutate.ts';
import { holdProcedure } from './procedure.ts';
import { stepChange } from './step-verb.ts';
import type { FormRef } from './writing.ts';

export type Receipt = FormRef & {
  /** Which addressee of the step, from 0. */
  readonly index: number;
  /** Needed for a body without an account. */
  readonly receivedOn: string;
  readonly reference: string;
};

/** Confirms one receipt in the name of the person who clicked. */
export function confirmReceipt(ctx: Context, receipt: Receipt): Promise<Result<null>> {
  const { procedureId, revision, index, receivedOn, reference } = receipt;
  return attemptFrom(ctx, async (unit) => {
    const held = await holdProcedure(ctx, unit, procedureId);
    const step = held.form.steps[held.row.state.stepIndex];
    const addressee = step?.kind === 'file' ? (step.addressees[index]?.code ?? '') : '';
    const by = ctx.actor.code;
    const command = { kind: 'file' as const, by, revision, addressee, receivedOn, reference };
    return stepChange(ctx, held, { command, text: '' });
  });
}
