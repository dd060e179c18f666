/** Seals the chains: everything written before a checkpoint can no longer be rewritten without the key. */

import { randomBytes } from 'node:crypto';
import {
  insertCheckpoint,
  insertKey,
  insertMovedHeads,
  lastCheckpoint,
  lockCheckpoints,
  recordAudit,
} from '../db/audit.ts';
import { readSealedHeads } from '../db/audit-read.ts';
import type { Reader, Writer } from '../db/client.ts';
import { GENESIS, KEY_REGISTERED, KEYS, sealEntry } from '../domain/audit.ts';
import { appendHead, checkpointText, emptyTree, rootOf } from '../domain/audit-checkpoint.ts';
import { sha256Hex } from '../domain/canonical.ts';
import type { Signer } from './audit-key.ts';

export type Checkpoint = {
  readonly seq: number;
  /** Hex; worth noting outside, see docs/decisions/0002-audit-chains.md. */
  readonly hash: string;
  /** How many chains moved since the checkpoint before. */
  readonly count: number;
};

/**
 * Signs all heads that moved since the last checkpoint; null when none did. Checkpoints wait for each other, writers of
 * entries wait for nothing. A signer seen for the first time is registered, and that is itself recorded and sealed.
 */
export function writeCheckpoint(db: Reader, signer: Signer, now: Date): Promise<Checkpoint | null> {
  return db.transaction().execute(async (trx) => {
    await lockCheckpoints(trx);
    await registerKey(trx, signer, now);
    const last = await lastCheckpoint(trx);
    const seq = (last?.seq ?? 0) + 1;
    const count = await insertMovedHeads(trx, seq);
    if (count === 0) return null;
    const tree = emptyTree();
    for await (const heads of readSealedHeads(trx, seq))
      for (const head of heads) appendHead(tree, head);
    const previous = last?.hash ?? GENESIS.toString('hex');
    const body = checkpointText({
      seq,
      at: now.toISOString(),
      previous,
      root: rootOf(tree),
      count,
    });
    const hash = sha256Hex(body);
    await insertCheckpoint(trx, {
      seq,
      body,
      hash,
      keyId: signer.keyId,
      signature: signer.sign(body),
    });
    return { seq, hash, count };
  });
}

async function registerKey(trx: Writer, { keyId, publicKey }: Signer, now: Date): Promise<void> {
  if (!(await insertKey(trx, { keyId, publicKey }, now))) return;
  const entry = { subject: KEYS, action: KEY_REGISTERED, fields: { keyId, publicKey } };
  const actor = { kind: 'system', code: 'audit' } as const;
  await recordAudit(trx, [sealEntry(entry, now, actor, () => randomBytes(16).toString('hex'))]);
}
