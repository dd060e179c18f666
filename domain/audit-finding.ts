/** What a verification says: how much was checked, or every place where the record contradicts itself. */

export type AuditPlace =
  | 'entry'
  | 'opening'
  | 'head'
  | 'checkpoint'
  | 'key'
  | 'form'
  /** A row of a form's history, a recorded meeting, a row of the register. */
  | 'step'
  | 'meeting'
  | 'register'
  | 'bundle';

export type AuditFindingCode =
  /** A row that cannot be what the program wrote. */
  | 'malformed'
  | 'notCanonical'
  | 'duplicate'
  | 'outOfOrder'
  | 'gap'
  | 'missing'
  | 'surplus'
  | 'hashMismatch'
  | 'subjectMismatch'
  | 'commitmentMismatch'
  | 'erasureUnrecorded'
  | 'erasureUndone'
  | 'timeMismatch'
  | 'previousMismatch'
  | 'rootMismatch'
  | 'countMismatch'
  | 'signatureInvalid'
  | 'keyUnknown'
  | 'keyUntrusted'
  | 'keyMismatch'
  | 'unregistered'
  | 'sealedEntryMissing'
  | 'sealedHashMismatch'
  | 'anchorMismatch'
  | 'contentMismatch'
  /** What the program works with is not what the chain tells. */
  | 'recordMismatch'
  | 'digestMismatch';

export type AuditFinding = {
  readonly place: AuditPlace;
  readonly code: AuditFindingCode;
  readonly subject?: string;
  /** The number of an entry in its chain, of a step, of a form's version, of a point, or of a bundle's line. */
  readonly seq?: number;
  readonly field?: string;
  readonly checkpoint?: number;
  readonly keyId?: string;
};

export type AuditReport =
  | {
      readonly ok: true;
      readonly entries: number;
      readonly subjects: number;
      readonly checkpoints: number;
      readonly erased: number;
      /** Entries younger than the last checkpoint of their chain: a consistent rewrite of these is not found. */
      readonly unsealed: number;
      /** The newest checkpoint, to be noted outside and given back as `AuditTrust.checkpoint`. */
      readonly last: { readonly seq: number; readonly hash: string } | null;
    }
  | { readonly ok: false; readonly findings: readonly AuditFinding[] };

/** More than this says nothing new to a reader. */
export const MAX_FINDINGS = 100;

export type Findings = {
  add(finding: AuditFinding): void;
  readonly list: readonly AuditFinding[];
};

/** Collects findings up to the cap. */
export function collectFindings(): Findings {
  const list: AuditFinding[] = [];
  return {
    list,
    add: (finding) => {
      if (list.length < MAX_FINDINGS) list.push(finding);
    },
  };
}
