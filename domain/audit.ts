/** Audit entries: what is written, how it is committed to, and how one entry is chained to the one before it. */
import { hash } from 'node:crypto';
import { canonicalJson, sha256Hex } from './canonical.ts';

/** A value recorded about an operation. Every field is committed to with its own salt, so it can be erased alone. */
export type AuditFields = Readonly<
  Record<string, string | number | boolean | null | readonly string[]>
>;

export type AuditEntry = {
  /** The chain this entry belongs to, `kind:id`, e.g. `procedure:…`. The id is random: it is never erased. */
  readonly subject: string;
  /** `feature.verb` in the past tense, e.g. `selfCheck.submitted`. */
  readonly action: string;
  readonly fields: AuditFields;
};

/** A verb without an audit entry does not compile. */
export type AuditEntries = readonly [AuditEntry, ...AuditEntry[]];

/** Who acted, as it is written into the chain. */
export type AuditActor = {
  readonly kind: 'person' | 'system' | 'administrator';
  readonly code: string;
};

/** What a commitment was made to; `value` is the canonical JSON text of the field's value. */
export type AuditOpening = {
  readonly field: string;
  readonly salt: string;
  readonly value: string;
};

/** One entry ready for `record_audit`: the canonical body and the openings of its commitments. */
export type SealedEntry = {
  readonly subject: string;
  readonly body: string;
  readonly openings: readonly AuditOpening[];
};

/** The field that holds the actor's code: a personal datum, so it is committed to like any other value. */
export const ACTOR_FIELD = 'actor.code';

/** The chain that records which openings were erased. */
export const ERASURES = 'audit:erasures';
export const ERASED = 'audit.erased';

/** The chain that records which keys sign the checkpoints. */
export const KEYS = 'audit:keys';
export const KEY_REGISTERED = 'audit.keyRegistered';

/** The previous hash of the first entry of a chain and of the first checkpoint. */
export const GENESIS = Buffer.alloc(32);

/**
 * Commits to every field of `entry` and to the actor's code. `salts` yields 16 random bytes in hex, a new one each call.
 * Throws when the entry uses a reserved field name.
 */
export function sealEntry(
  entry: AuditEntry,
  at: Date,
  actor: AuditActor,
  salts: () => string,
): SealedEntry {
  for (const name of [ACTOR_FIELD, '__proto__'])
    if (Object.hasOwn(entry.fields, name)) throw new Error(`the field name ${name} is reserved`);
  const openings = [...Object.entries(entry.fields), [ACTOR_FIELD, actor.code] as const].map(
    ([field, value]) => ({ field, salt: salts(), value: canonicalJson(wellFormed(value)) }),
  );
  const body = canonicalJson({
    v: 1,
    subject: entry.subject,
    at: at.toISOString(),
    actor: { kind: actor.kind },
    action: entry.action,
    fields: Object.fromEntries(openings.map((opening) => [opening.field, commitmentTo(opening)])),
  });
  return { subject: entry.subject, body, openings };
}

/** SHA-256 (hex) of the canonical JSON of `{field, salt, value}`. Spelled out: `canonicalJson` costs six times as much. */
export const commitmentTo = ({ field, salt, value }: AuditOpening): string =>
  sha256Hex(
    `{"field":${JSON.stringify(field)},"salt":${JSON.stringify(salt)},"value":${JSON.stringify(value)}}`,
  );

/** hash(n) = sha256(hash(n-1) || int8(n) || sha256(body)), as the SQL function `record_audit` computes it. */
export function chainHash(previous: Buffer, seq: number, body: string): Buffer {
  const count = Buffer.allocUnsafe(8);
  count.writeBigInt64BE(BigInt(seq));
  return hash('sha256', Buffer.concat([previous, count, hash('sha256', body, 'buffer')]), 'buffer');
}

/** The database stores a lone surrogate as U+FFFD; the commitment must be to what is stored. */
function wellFormed(value: AuditFields[string]): AuditFields[string] {
  if (typeof value === 'string') return value.toWellFormed();
  return Array.isArray(value) ? value.map((text: string) => text.toWellFormed()) : value;
}
