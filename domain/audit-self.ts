/** What the audit records about itself: which openings were erased and which keys sign. Both must match the tables. */
import { ERASED, ERASURES, KEY_REGISTERED, KEYS } from './audit.ts';
import { parseJson } from './audit-body.ts';
import type { CheckedEntry } from './audit-chain.ts';
import type { Findings } from './audit-finding.ts';
import type { KeyRecord, OpeningRecord } from './audit-record.ts';

type Erasure = { readonly subject: string; readonly seq: number; readonly field: string };

export type SelfRecord = {
  entry(entry: CheckedEntry): void;
  erased(opening: OpeningRecord): void;
  end(keys: ReadonlyMap<string, KeyRecord>): void;
};

/** Holds what is still unmatched: memory grows with the erased openings, not with the entries. */
export function selfRecord(findings: Findings): SelfRecord {
  const erased = new Map<string, Erasure & { readonly at: string }>();
  const recorded = new Map<string, Erasure & { readonly at: string }>();
  const registered = new Map<string, { readonly publicKey: string; readonly at: string }>();

  return {
    entry: (entry) => {
      if (entry.subject === ERASURES && entry.body.action === ERASED) {
        const erasure = erasureOf(entry);
        if (erasure === null || recorded.has(keyOf(erasure))) reject(entry, findings);
        else recorded.set(keyOf(erasure), { ...erasure, at: entry.body.at });
      }
      if (entry.subject === KEYS && entry.body.action === KEY_REGISTERED) {
        const [keyId, publicKey] = ['keyId', 'publicKey'].map((field) => opened(entry, field));
        if (typeof keyId !== 'string' || typeof publicKey !== 'string') reject(entry, findings);
        else registered.set(keyId, { publicKey, at: entry.body.at });
      }
    },
    erased: ({ subject, seq, field, erasedAt }) => {
      const erasure = { subject, seq, field };
      erased.set(keyOf(erasure), { ...erasure, at: erasedAt ?? '' });
    },
    end: (keys) => {
      compareErasures(erased, recorded, findings);
      compareKeys(keys, registered, findings);
    },
  };
}

function compareErasures(
  erased: ReadonlyMap<string, Erasure & { readonly at: string }>,
  recorded: ReadonlyMap<string, Erasure & { readonly at: string }>,
  findings: Findings,
): void {
  for (const [key, { at, ...where }] of erased) {
    const record = recorded.get(key);
    if (record === undefined)
      findings.add({ place: 'opening', ...where, code: 'erasureUnrecorded' });
    else if (record.at !== at) findings.add({ place: 'opening', ...where, code: 'timeMismatch' });
  }
  for (const [key, { subject, seq, field }] of recorded)
    if (!erased.has(key))
      findings.add({ place: 'opening', subject, seq, field, code: 'erasureUndone' });
}

function compareKeys(
  keys: ReadonlyMap<string, KeyRecord>,
  registered: ReadonlyMap<string, { readonly publicKey: string; readonly at: string }>,
  findings: Findings,
): void {
  for (const { keyId, publicKey, createdAt } of keys.values()) {
    const record = registered.get(keyId);
    if (record === undefined || record.publicKey !== publicKey)
      findings.add({ place: 'key', keyId, code: 'unregistered' });
    else if (record.at !== createdAt) findings.add({ place: 'key', keyId, code: 'timeMismatch' });
  }
  for (const keyId of registered.keys())
    if (!keys.has(keyId)) findings.add({ place: 'key', keyId, code: 'missing' });
}

function erasureOf(entry: CheckedEntry): Erasure | null {
  const [subject, seq, field] = ['subject', 'seq', 'field'].map((name) => opened(entry, name));
  const valid = typeof subject === 'string' && typeof seq === 'number' && typeof field === 'string';
  return valid ? { subject, seq, field } : null;
}

const opened = (entry: CheckedEntry, field: string): unknown =>
  parseJson(entry.opened.get(field) ?? '');

const keyOf = ({ subject, seq, field }: Erasure): string => JSON.stringify([subject, seq, field]);

const reject = ({ subject, seq }: CheckedEntry, findings: Findings): void =>
  findings.add({ place: 'entry', subject, seq, code: 'malformed' });
