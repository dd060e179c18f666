/** The verification of the whole audit record: one pass over the sorted stream of its rows, nothing kept but the running state. */
import { type ChainChecker, chainChecker } from './audit-chain.ts';
import { type AuditFinding, type AuditReport, collectFindings } from './audit-finding.ts';
import { type AuditRecord, compareRecords } from './audit-record.ts';
import { type AuditTrust, type SealChecker, sealChecker } from './audit-seals.ts';
import { selfRecord } from './audit-self.ts';

/**
 * Checks `batches`, which must hold the rows in the order of `compareRecords`; a row out of order is a finding.
 * Memory does not grow with the number of entries.
 */
export async function verifyRecords(
  batches: AsyncIterable<readonly AuditRecord[]>,
  trust: AuditTrust = {},
): Promise<AuditReport> {
  const findings = collectFindings();
  const self = selfRecord(findings);
  const chains = chainChecker(findings, { onEntry: self.entry, onErased: self.erased });
  const seals = sealChecker(findings, trust);
  let previous: AuditRecord | null = null;
  for await (const batch of batches) {
    for (const record of batch) {
      const order = previous === null ? 1 : compareRecords(record, previous);
      if (order <= 0) {
        findings.add(placeOf(record, order === 0 ? 'duplicate' : 'outOfOrder'));
        continue;
      }
      previous = record;
      check(record, chains, seals);
    }
  }
  chains.end();
  seals.end();
  self.end(seals.keys);
  if (findings.list.length > 0) return { ok: false, findings: findings.list };
  const last = seals.last();
  return { ok: true, ...chains.counts, checkpoints: last?.seq ?? 0, last };
}

function check(record: AuditRecord, chains: ChainChecker, seals: SealChecker): void {
  if (record.kind === 'key') seals.key(record);
  else if (record.kind === 'entry') chains.entry(record);
  else if (record.kind === 'opening') chains.opening(record);
  else if (record.kind === 'head') chains.head(record);
  else if (record.kind === 'checkpoint') seals.checkpoint(record);
  else {
    chains.sealed(record);
    seals.sealed(record);
  }
}

function placeOf(record: AuditRecord, code: AuditFinding['code']): AuditFinding {
  switch (record.kind) {
    case 'key':
      return { place: 'key', keyId: record.keyId, code };
    case 'checkpoint':
      return { place: 'checkpoint', checkpoint: record.seq, code };
    case 'sealed': {
      const { checkpoint, subject, seq } = record;
      return { place: 'checkpoint', checkpoint, subject, seq, code };
    }
    case 'opening': {
      const { subject, seq, field } = record;
      return { place: 'opening', subject, seq, field, code };
    }
    case 'entry':
    case 'head':
      return { place: record.kind, subject: record.subject, seq: record.seq, code };
  }
}
