/** Random histories of an audit record, and its verification. */
import fc from 'fast-check';
import type { AuditFinding, AuditReport } from '../../domain/audit-finding.ts';
import type { AuditRecord } from '../../domain/audit-record.ts';
import type { AuditTrust } from '../../domain/audit-seals.ts';
import { verifyRecords } from '../../domain/audit-verify.ts';
import { createLedger, type Ledger, streamOf } from './audit-ledger.ts';

const SUBJECTS = ['procedure:a', 'procedure:b', 'cycle:c', 'warning:𠀀', 'warning:ﬀ'];

type Step =
  | { readonly kind: 'append'; readonly subject: string; readonly note: string }
  | { readonly kind: 'erase'; readonly subject: string; readonly seq: number }
  | { readonly kind: 'checkpoint' };

const subject = fc.constantFrom(...SUBJECTS);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('append'), subject, note: fc.string() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('erase'),
      subject,
      seq: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('checkpoint') }) },
);
/** Entries in several chains, erasures and checkpoints in any order. */
export const history = fc.array(step, { minLength: 1, maxLength: 25 });

/** The ledger after `steps` and a last checkpoint. */
export function play(steps: readonly Step[]): Ledger {
  const ledger = createLedger();
  for (const one of steps) {
    if (one.kind === 'append')
      ledger.append({
        subject: one.subject,
        action: 'selfCheck.draftSaved',
        fields: { note: one.note, count: one.note.length },
      });
    else if (one.kind === 'erase') ledger.erase(one.subject, one.seq, 'note');
    else ledger.checkpoint();
  }
  ledger.checkpoint();
  return ledger;
}

export const verify = (
  rows: readonly AuditRecord[],
  trust: AuditTrust = {},
): Promise<AuditReport> => verifyRecords(streamOf(rows), trust);

export const findingsOf = (report: AuditReport): readonly AuditFinding[] =>
  report.ok ? [] : report.findings;
