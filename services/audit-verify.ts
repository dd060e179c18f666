/** Verification of the running database. */

import { readAuditRecords, withSnapshot } from '../db/audit-read.ts';
import type { Reader } from '../db/client.ts';
import type { AuditReport } from '../domain/audit-finding.ts';
import type { AuditTrust } from '../domain/audit-seals.ts';
import { verifyRecords } from '../domain/audit-verify.ts';

/** Checks every chain, opening and checkpoint on one view of the database, while it is in use. */
export const verifyAudit = (db: Reader, trust: AuditTrust = {}): Promise<AuditReport> =>
  withSnapshot(db, (trx) => verifyRecords(readAuditRecords(trx), trust));
