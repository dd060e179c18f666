/** An audit record built in memory, row for row as the database would hold it. */
import { generateKeyPairSync, sign } from 'node:crypto';
import {
  type AuditEntry,
  chainHash,
  ERASED,
  ERASURES,
  GENESIS,
  KEY_REGISTERED,
  KEYS,
  sealEntry,
} from '../../domain/audit.ts';
import {
  appendHead,
  checkpointText,
  emptyTree,
  keyIdOf,
  rootOf,
} from '../../domain/audit-checkpoint.ts';
import { type AuditRecord, compareRecords, type OpeningRecord } from '../../domain/audit-record.ts';
import { compareBytes, sha256Hex } from '../../domain/canonical.ts';

export type Ledger = {
  readonly publicKey: string;
  /** The rows in the order the verifier expects; own copies. */
  records(): AuditRecord[];
  append(entry: AuditEntry, at?: string): void;
  erase(subject: string, seq: number, field: string): void;
  checkpoint(): void;
  /** Lets a minute pass. */
  wait(): void;
};

const pair = generateKeyPairSync('ed25519');
const publicKey = Buffer.from(
  pair.publicKey.export({ format: 'jwk' }).x ?? '',
  'base64url',
).toString('hex');

export function createLedger(): Ledger {
  const rows: AuditRecord[] = [];
  const heads = new Map<string, { seq: number; hash: Buffer }>();
  const sealed = new Map<string, number>();
  let last = { seq: 0, hash: GENESIS.toString('hex') };
  let salts = 0;
  let minutes = 0;
  const tick = (): string => {
    minutes += 1;
    return new Date(Date.UTC(2026, 4, 25, 1, minutes)).toISOString();
  };
  const append = (entry: AuditEntry, at = tick()): void => {
    const body = sealEntry(entry, new Date(at), { kind: 'person', code: 'P-7' }, () => {
      salts += 1;
      return salts.toString(16).padStart(32, '0');
    });
    const head = heads.get(entry.subject) ?? { seq: 0, hash: GENESIS };
    const seq = head.seq + 1;
    const hash = chainHash(head.hash, seq, body.body);
    heads.set(entry.subject, { seq, hash });
    const subject = entry.subject;
    rows.push({ kind: 'entry', subject, seq, body: body.body, hash: hash.toString('hex') });
    for (const opening of body.openings)
      rows.push({ kind: 'opening', subject, seq, ...opening, erasedAt: null });
  };
  const registeredAt = tick();
  const keyId = keyIdOf(publicKey);
  rows.push({ kind: 'key', keyId, publicKey, createdAt: registeredAt });
  append({ subject: KEYS, action: KEY_REGISTERED, fields: { keyId, publicKey } }, registeredAt);

  return {
    publicKey,
    append,
    wait: () => void tick(),
    records: () => {
      const headRows = [...heads].map(([subject, { seq, hash }]) => ({
        kind: 'head' as const,
        subject,
        seq,
        hash: hash.toString('hex'),
      }));
      return structuredClone([...rows, ...headRows]).sort(compareRecords);
    },
    erase: (subject, seq, field) => {
      const at = tick();
      const index = rows.findIndex(
        (row) =>
          row.kind === 'opening' &&
          row.subject === subject &&
          row.seq === seq &&
          row.field === field &&
          row.erasedAt === null,
      );
      if (index < 0) return;
      const erased: OpeningRecord = {
        kind: 'opening',
        subject,
        seq,
        field,
        salt: null,
        value: null,
        erasedAt: at,
      };
      rows[index] = erased;
      append({ subject: ERASURES, action: ERASED, fields: { subject, seq, field } }, at);
    },
    checkpoint: () => {
      const moved = [...heads]
        .filter(([subject, { seq }]) => sealed.get(subject) !== seq)
        .sort(([first], [second]) => compareBytes(first, second));
      if (moved.length === 0) return;
      const tree = emptyTree();
      const seq = last.seq + 1;
      for (const [subject, head] of moved) {
        const hash = head.hash.toString('hex');
        appendHead(tree, { subject, seq: head.seq, hash });
        rows.push({ kind: 'sealed', subject, seq: head.seq, checkpoint: seq, hash });
        sealed.set(subject, head.seq);
      }
      const body = checkpointText({
        seq,
        at: tick(),
        previous: last.hash,
        root: rootOf(tree),
        count: moved.length,
      });
      last = { seq, hash: sha256Hex(body) };
      const signature = sign(null, Buffer.from(body), pair.privateKey).toString('hex');
      rows.push({ kind: 'checkpoint', seq, body, hash: last.hash, keyId, signature });
    },
  };
}

/** `rows` as the single batch of a stream. */
export async function* streamOf(
  rows: readonly AuditRecord[],
): AsyncGenerator<readonly AuditRecord[]> {
  yield rows;
}
