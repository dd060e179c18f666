/** Checks one chain after the other as its entries, openings and head stream by. */
import { chainHash, commitmentTo, GENESIS } from './audit.ts';
import { type AuditBody, parseBody } from './audit-body.ts';
import type { Findings } from './audit-finding.ts';
import type { EntryRecord, HeadRecord, OpeningRecord, SealedRecord } from './audit-record.ts';

/** An entry whose openings have all been seen, for the chains that speak about the audit itself. */
export type CheckedEntry = {
  readonly subject: string;
  readonly seq: number;
  readonly body: AuditBody;
  readonly opened: ReadonlyMap<string, string>;
};

export type ChainEvents = {
  onEntry(entry: CheckedEntry): void;
  onErased(opening: OpeningRecord): void;
};

export type ChainChecker = {
  readonly counts: { entries: number; subjects: number; erased: number; unsealed: number };
  entry(record: EntryRecord): void;
  opening(record: OpeningRecord): void;
  sealed(record: SealedRecord): void;
  head(record: HeadRecord): void;
  /** After the last chain. */
  end(): void;
};

type Current = {
  readonly record: EntryRecord;
  readonly body: AuditBody | null;
  /** Commitments not opened yet. */
  readonly pending: Map<string, string>;
  readonly opened: Map<string, string>;
};

type Chain = {
  readonly subject: string;
  /** The hashes that the next entry may build on: after a damaged entry, its stored and its recomputed one. */
  links: readonly Buffer[];
  current: Current | null;
  headSeen: boolean;
  sealedSeq: number;
};

export function chainChecker(findings: Findings, events: ChainEvents): ChainChecker {
  const counts = { entries: 0, subjects: 0, erased: 0, unsealed: 0 };
  let chain: Chain | null = null;

  const closeEntry = (): void => {
    if (chain?.current == null) return;
    const { record, body, pending, opened } = chain.current;
    const { subject, seq } = record;
    for (const field of pending.keys())
      findings.add({ place: 'opening', subject, seq, field, code: 'missing' });
    if (body !== null) events.onEntry({ subject, seq, body, opened });
  };
  const closeChain = (): void => {
    closeEntry();
    if (chain === null) return;
    counts.unsealed += Math.max(0, (chain.current?.record.seq ?? 0) - chain.sealedSeq);
    if (!chain.headSeen) findings.add({ place: 'head', subject: chain.subject, code: 'missing' });
    chain = null;
  };
  const openChain = (subject: string): Chain => {
    if (chain?.subject === subject) return chain;
    closeChain();
    chain = { subject, links: [GENESIS], current: null, headSeen: false, sealedSeq: 0 };
    counts.subjects += 1;
    return chain;
  };
  const currentOf = (subject: string, seq: number): Current | null => {
    const current = chain?.subject === subject ? chain.current : null;
    return current?.record.seq === seq ? current : null;
  };

  return {
    counts,
    entry: (record) => {
      const own = openChain(record.subject);
      closeEntry();
      counts.entries += 1;
      own.links = checkLink(record, own, findings);
      own.current = readEntry(record, findings);
    },
    opening: (record) => {
      if (checkOpening(record, currentOf(record.subject, record.seq), findings)) {
        counts.erased += 1;
        events.onErased(record);
      }
    },
    sealed: (record) => {
      const current = currentOf(record.subject, record.seq);
      checkSeal(record, current?.record ?? null, findings);
      if (chain !== null && current !== null) chain.sealedSeq = record.seq;
    },
    head: (record) => {
      const { subject, seq } = record;
      const last = chain?.subject === subject ? chain.current?.record : undefined;
      if (chain !== null && last !== undefined) chain.headSeen = true;
      if (last === undefined) findings.add({ place: 'head', subject, seq, code: 'surplus' });
      else if (last.seq !== seq || last.hash !== record.hash)
        findings.add({ place: 'head', subject, seq, code: 'hashMismatch' });
    },
    end: closeChain,
  };
}

function checkLink(record: EntryRecord, chain: Chain, findings: Findings): readonly Buffer[] {
  const { subject, seq } = record;
  const stored = Buffer.from(record.hash, 'hex');
  if (seq !== (chain.current?.record.seq ?? 0) + 1) {
    findings.add({ place: 'entry', subject, seq, code: 'gap' });
    return [stored];
  }
  const computed = chain.links.map((link) => chainHash(link, seq, record.body));
  if (computed.some((hash) => hash.toString('hex') === record.hash)) return [stored];
  findings.add({ place: 'entry', subject, seq, code: 'hashMismatch' });
  return [stored, ...computed.slice(0, 1)];
}

function readEntry(record: EntryRecord, findings: Findings): Current {
  const { subject, seq } = record;
  const body = parseBody(record.body);
  const opened = new Map<string, string>();
  if (typeof body === 'string') {
    findings.add({ place: 'entry', subject, seq, code: body });
    return { record, body: null, pending: new Map(), opened };
  }
  if (body.subject !== subject)
    findings.add({ place: 'entry', subject, seq, code: 'subjectMismatch' });
  return { record, body, pending: new Map(Object.entries(body.fields)), opened };
}

/** Returns whether the opening is a well-formed erased one. */
function checkOpening(record: OpeningRecord, current: Current | null, findings: Findings): boolean {
  const { subject, seq, field, salt, value, erasedAt } = record;
  const place = { place: 'opening', subject, seq, field } as const;
  const commitment = current?.pending.get(field);
  current?.pending.delete(field);
  // Without a readable body there is nothing to compare with; the body itself is a finding already.
  if (commitment === undefined && (current === null || current.body !== null)) {
    findings.add({ ...place, code: 'surplus' });
    return false;
  }
  const erased = erasedAt !== null;
  if (erased !== (salt === null) || erased !== (value === null)) {
    findings.add({ ...place, code: 'malformed' });
    return false;
  }
  if (salt === null || value === null) return true;
  if (commitment !== undefined && commitmentTo({ field, salt, value }) !== commitment)
    findings.add({ ...place, code: 'commitmentMismatch' });
  else current?.opened.set(field, value);
  return false;
}

function checkSeal(record: SealedRecord, entry: EntryRecord | null, findings: Findings): void {
  const { subject, seq, checkpoint } = record;
  if (entry === null)
    findings.add({ place: 'checkpoint', checkpoint, subject, seq, code: 'sealedEntryMissing' });
  else if (entry.hash !== record.hash)
    findings.add({ place: 'checkpoint', checkpoint, subject, seq, code: 'sealedHashMismatch' });
}
