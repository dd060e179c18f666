/** Compares the submitted forms with the audit: the chain proves what was submitted, the table shows what is used. */

import { type FormEvidence, findLostForms, readFormEvidence } from '../db/audit-forms.ts';
import { withSnapshot } from '../db/audit-read.ts';
import type { Reader } from '../db/client.ts';
import {
  type AuditFinding,
  type AuditFindingCode,
  collectFindings,
  MAX_FINDINGS,
} from '../domain/audit-finding.ts';
import { canonicalJson, sha256Hex } from '../domain/canonical.ts';

export type FormReport =
  | { readonly ok: true; readonly forms: number }
  | { readonly ok: false; readonly findings: readonly AuditFinding[] };

/** Checks every form version's content against its hash and against the audit, in both directions. */
export function verifyFormVersions(db: Reader): Promise<FormReport> {
  return withSnapshot(db, async (trx) => {
    const findings = collectFindings();
    let forms = 0;
    for await (const page of readFormEvidence(trx)) {
      forms += page.length;
      for (const form of page) {
        const subject = `procedure:${form.procedureId}`;
        for (const code of faultsOf(form))
          findings.add({ place: 'form', subject, seq: form.version, code });
      }
    }
    for (const { subject, version } of await findLostForms(trx, MAX_FINDINGS))
      findings.add({ place: 'form', subject, seq: Number(version), code: 'missing' });
    return findings.list.length === 0
      ? { ok: true, forms }
      : { ok: false, findings: findings.list };
  });
}

function faultsOf(form: FormEvidence): readonly AuditFindingCode[] {
  const faults: AuditFindingCode[] = [];
  if (sha256Hex(canonicalJson(form.content)) !== form.contentHash) faults.push('contentMismatch');
  if (form.submissions !== 1 && !form.erased) faults.push('surplus');
  if (form.auditedHash !== null && form.auditedHash !== JSON.stringify(form.contentHash))
    faults.push('hashMismatch');
  return faults;
}
