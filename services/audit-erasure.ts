/** Erases recorded personal data while the chains still verify: the commitment stays, what it was made to goes. */
import { type AuditSelector, eraseOpenings } from '../db/audit.ts';
import { type AuditEntry, ERASED, ERASURES } from '../domain/audit.ts';
import { type Result, refuse } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { attempt, required } from './mutate.ts';

/**
 * Erases the selected openings and records each in the chain `audit:erasures`. Returns how many; refused with
 * `notFound` when there is nothing (left) to erase. Backups keep what they hold: they have to expire.
 */
export function eraseAuditFields(ctx: Context, selector: AuditSelector): Promise<Result<number>> {
  return attempt(ctx, async (trx) => {
    const erased = await eraseOpenings(trx, selector, ctx.now);
    const [first, ...others] = erased.map(
      ({ subject, seq, field }): AuditEntry => ({
        subject: ERASURES,
        action: ERASED,
        fields: { subject, seq, field },
      }),
    );
    if (first === undefined) return required<never>(refuse('notFound'));
    return { value: erased.length, audit: [first, ...others] };
  });
}
