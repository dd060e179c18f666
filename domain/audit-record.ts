/**
 * The rows of the audit tables as one sorted stream: keys; then, chain by chain, each entry with its openings and the
 * checkpoints that sealed it, closed by the chain's head; then the checkpoints. One pass over it checks everything.
 */
import { z } from 'zod';
import { compareBytes } from './canonical.ts';

const hex32 = z.string().regex(/^[0-9a-f]{64}$/);
const counter = z.int();

const schema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('key'),
    keyId: z.string(),
    publicKey: z.string(),
    createdAt: z.string(),
  }),
  z.strictObject({
    kind: z.literal('entry'),
    subject: z.string(),
    seq: counter,
    body: z.string(),
    hash: hex32,
  }),
  z.strictObject({
    kind: z.literal('opening'),
    subject: z.string(),
    seq: counter,
    field: z.string(),
    salt: z.string().nullable(),
    value: z.string().nullable(),
    erasedAt: z.string().nullable(),
  }),
  z.strictObject({
    kind: z.literal('sealed'),
    subject: z.string(),
    seq: counter,
    checkpoint: counter,
    hash: hex32,
  }),
  z.strictObject({ kind: z.literal('head'), subject: z.string(), seq: counter, hash: hex32 }),
  z.strictObject({
    kind: z.literal('checkpoint'),
    seq: counter,
    body: z.string(),
    hash: hex32,
    keyId: z.string(),
    signature: z.string(),
  }),
]);

export type AuditRecord = Readonly<z.infer<typeof schema>>;
export type KeyRecord = Extract<AuditRecord, { kind: 'key' }>;
export type EntryRecord = Extract<AuditRecord, { kind: 'entry' }>;
export type OpeningRecord = Extract<AuditRecord, { kind: 'opening' }>;
export type SealedRecord = Extract<AuditRecord, { kind: 'sealed' }>;
export type HeadRecord = Extract<AuditRecord, { kind: 'head' }>;
export type CheckpointRecord = Extract<AuditRecord, { kind: 'checkpoint' }>;
type ChainRecord = EntryRecord | OpeningRecord | SealedRecord | HeadRecord;

/** The record in a parsed line of a bundle, or null. */
export function parseRecord(line: unknown): AuditRecord | null {
  const parsed = schema.safeParse(line);
  return parsed.success ? parsed.data : null;
}

const sections = { key: 0, entry: 1, opening: 1, sealed: 1, head: 1, checkpoint: 2 };
const ranks = { entry: 0, opening: 1, sealed: 2, head: 3 };

/** The order of the stream; 0 only for two records with the same key. */
export function compareRecords(first: AuditRecord, second: AuditRecord): number {
  const section = sections[first.kind] - sections[second.kind];
  if (section !== 0) return section;
  if (first.kind === 'key' && second.kind === 'key') return compareBytes(first.keyId, second.keyId);
  if (first.kind === 'checkpoint' && second.kind === 'checkpoint') return first.seq - second.seq;
  return isOfChain(first) && isOfChain(second) ? compareInChains(first, second) : 0;
}

const isOfChain = (record: AuditRecord): record is ChainRecord => sections[record.kind] === 1;

function compareInChains(first: ChainRecord, second: ChainRecord): number {
  if (first.subject !== second.subject) return compareBytes(first.subject, second.subject);
  if (first.kind === 'head' || second.kind === 'head')
    return ranks[first.kind] - ranks[second.kind];
  if (first.seq !== second.seq) return first.seq - second.seq;
  if (first.kind === 'opening' && second.kind === 'opening')
    return compareBytes(first.field, second.field);
  if (first.kind === 'sealed' && second.kind === 'sealed')
    return first.checkpoint - second.checkpoint;
  return ranks[first.kind] - ranks[second.kind];
}
