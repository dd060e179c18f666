/** Checks the chain of checkpoints: link, root over the sealed heads, signature, key. */
import { hash, type KeyObject } from 'node:crypto';
import { GENESIS } from './audit.ts';
import {
  appendHead,
  emptyTree,
  importPublicKey,
  isSignedBy,
  keyIdOf,
  type MerkleTree,
  parseCheckpoint,
  rootOf,
} from './audit-checkpoint.ts';
import type { Findings } from './audit-finding.ts';
import type { CheckpointRecord, KeyRecord, SealedRecord } from './audit-record.ts';

/** What the verifier knows from outside the database. */
export type AuditTrust = {
  /** Raw public keys in hex; when given, there must be checkpoints, each signed by one of them. */
  readonly keys?: readonly string[];
  /** A checkpoint noted earlier: it must still be there, unchanged. */
  readonly checkpoint?: { readonly seq: number; readonly hash: string };
};

export type SealChecker = {
  readonly keys: ReadonlyMap<string, KeyRecord>;
  last(): { readonly seq: number; readonly hash: string } | null;
  key(record: KeyRecord): void;
  sealed(record: SealedRecord): void;
  checkpoint(record: CheckpointRecord): void;
  end(): void;
};

export function sealChecker(findings: Findings, trust: AuditTrust): SealChecker {
  const keys = new Map<string, KeyRecord>();
  const imported = new Map<string, KeyObject>();
  const trees = new Map<number, MerkleTree>();
  let last: { readonly seq: number; readonly hash: string } | null = null;
  let anchored = trust.checkpoint === undefined;

  return {
    keys,
    last: () => last,
    key: (record) => {
      const key = importPublicKey(record.publicKey);
      keys.set(record.keyId, record);
      if (key === null || keyIdOf(record.publicKey) !== record.keyId)
        findings.add({ place: 'key', keyId: record.keyId, code: 'keyMismatch' });
      else imported.set(record.keyId, key);
    },
    sealed: (record) => {
      const tree = trees.get(record.checkpoint) ?? emptyTree();
      trees.set(record.checkpoint, tree);
      appendHead(tree, record);
    },
    checkpoint: (record) => {
      const at = { place: 'checkpoint', checkpoint: record.seq } as const;
      if (record.seq !== (last?.seq ?? 0) + 1) findings.add({ ...at, code: 'gap' });
      const tree = trees.get(record.seq) ?? emptyTree();
      trees.delete(record.seq);
      for (const code of bodyFaults(record, tree, last)) findings.add({ ...at, code });
      for (const code of keyFaults(record, keys, imported, trust))
        findings.add({ ...at, keyId: record.keyId, code });
      anchored ||= trust.checkpoint?.seq === record.seq && trust.checkpoint.hash === record.hash;
      last = { seq: record.seq, hash: record.hash };
    },
    end: () => {
      if (last === null && trust.keys !== undefined)
        findings.add({ place: 'checkpoint', code: 'missing' });
      for (const checkpoint of trees.keys())
        findings.add({ place: 'checkpoint', checkpoint, code: 'missing' });
      if (!anchored && trust.checkpoint !== undefined)
        findings.add({
          place: 'checkpoint',
          checkpoint: trust.checkpoint.seq,
          code: 'anchorMismatch',
        });
    },
  };
}

function* bodyFaults(
  record: CheckpointRecord,
  tree: MerkleTree,
  before: { readonly seq: number; readonly hash: string } | null,
) {
  if (hash('sha256', record.body, 'hex') !== record.hash) yield 'hashMismatch' as const;
  const body = parseCheckpoint(record.body);
  if (typeof body === 'string') {
    yield body;
    return;
  }
  // After a gap the previous checkpoint is not there to compare with.
  const follows = record.seq === (before?.seq ?? 0) + 1;
  if (body.seq !== record.seq) yield 'subjectMismatch' as const;
  if (follows && body.previous !== (before?.hash ?? GENESIS.toString('hex')))
    yield 'previousMismatch' as const;
  if (body.root !== rootOf(tree)) yield 'rootMismatch' as const;
  if (body.count !== tree.count) yield 'countMismatch' as const;
}

function* keyFaults(
  record: CheckpointRecord,
  keys: ReadonlyMap<string, KeyRecord>,
  imported: ReadonlyMap<string, KeyObject>,
  trust: AuditTrust,
) {
  const key = imported.get(record.keyId);
  if (key === undefined) yield 'keyUnknown' as const;
  else if (!isSignedBy(key, record.body, record.signature)) yield 'signatureInvalid' as const;
  const publicKey = keys.get(record.keyId)?.publicKey;
  if (trust.keys !== undefined && (publicKey === undefined || !trust.keys.includes(publicKey)))
    yield 'keyUntrusted' as const;
}
