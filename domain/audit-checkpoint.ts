/**
 * Checkpoints: a signed statement about every chain head that moved since the one before. The heads are bound by the
 * Merkle tree of RFC 9162 §2.1, built while they stream by, so one head can later be proven without the others.
 */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';
import { canonicalOrNull, isInstant, parseJson } from './audit-body.ts';
import { canonicalJson } from './canonical.ts';

export type SealedHead = {
  readonly subject: string;
  readonly seq: number;
  /** Hex. */
  readonly hash: string;
};

/** A growing tree: the roots of its complete subtrees, largest first. */
export type MerkleTree = { readonly peaks: Buffer[]; count: number };

export const emptyTree = (): MerkleTree => ({ peaks: [], count: 0 });

/** Appends one head. Heads are appended in the byte order of their subjects. */
export function appendHead(tree: MerkleTree, { subject, seq, hash: head }: SealedHead): void {
  // Canonical as it is: two texts and a whole number.
  let node = leafHash(JSON.stringify([subject, seq, head]));
  for (let rest = tree.count; rest % 2 === 1; rest = (rest - 1) / 2) {
    const left = tree.peaks.pop();
    if (left !== undefined) node = nodeHash(left, node);
  }
  tree.peaks.push(node);
  tree.count += 1;
}

/** The root in hex; of an empty tree, the hash of nothing. */
export function rootOf(tree: MerkleTree): string {
  const [last, ...others] = tree.peaks.toReversed();
  if (last === undefined) return hash('sha256', '', 'hex');
  return others.reduce((right, left) => nodeHash(left, right), last).toString('hex');
}

const NODE = Buffer.from([1]);
const leafHash = (text: string): Buffer => hash('sha256', `\0${text}`, 'buffer');
const nodeHash = (left: Buffer, right: Buffer): Buffer =>
  hash('sha256', Buffer.concat([NODE, left, right]), 'buffer');

const schema = z.strictObject({
  v: z.literal(1),
  seq: z.int(),
  at: z.string().refine(isInstant),
  previous: z.string(),
  root: z.string(),
  count: z.int(),
});

export type CheckpointBody = Readonly<z.infer<typeof schema>>;

/** The text that is hashed and signed. `previous` is the hash of the checkpoint before, in hex. */
export const checkpointText = (body: Omit<CheckpointBody, 'v'>): string =>
  canonicalJson({ v: 1, ...body });

/** The checkpoint in `text`, or why it is none. */
export function parseCheckpoint(text: string): CheckpointBody | 'malformed' | 'notCanonical' {
  const value = parseJson(text);
  const parsed = schema.safeParse(value);
  if (!parsed.success) return 'malformed';
  return canonicalOrNull(value) === text ? parsed.data : 'notCanonical';
}

/** The id of a key: the first 16 hex digits of SHA-256 over its 32 raw bytes. */
export const keyIdOf = (publicKey: string): string =>
  hash('sha256', Buffer.from(publicKey, 'hex'), 'hex').slice(0, 16);

/** The Ed25519 key whose 32 raw bytes are `publicKey` (hex); null when it is not 64 lower-case hex digits. */
export function importPublicKey(publicKey: string): KeyObject | null {
  if (!/^[0-9a-f]{64}$/.test(publicKey)) return null;
  const x = Buffer.from(publicKey, 'hex').toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** Whether `signature` (hex) is this key's Ed25519 signature over `text`. */
export const isSignedBy = (key: KeyObject, text: string, signature: string): boolean =>
  /^[0-9a-f]{128}$/.test(signature) &&
  verify(null, Buffer.from(text), key, Buffer.from(signature, 'hex'));
