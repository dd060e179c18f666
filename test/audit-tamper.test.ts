import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AuditFinding } from '../domain/audit-finding.ts';
import { type AuditRecord, compareRecords } from '../domain/audit-record.ts';
import { findingsOf, history, play, verify } from './support/audit-history.ts';

/** Whether a finding speaks about the row: its chain and entry, its checkpoint, or its key. */
function names(finding: AuditFinding, row: AuditRecord): boolean {
  switch (row.kind) {
    case 'key':
      return finding.keyId === row.keyId;
    case 'checkpoint':
      return finding.checkpoint === row.seq;
    case 'sealed':
      return finding.checkpoint === row.checkpoint;
    case 'head':
      return finding.subject === row.subject;
    case 'entry':
      return finding.subject === row.subject && finding.seq === row.seq;
    case 'opening':
      return (
        finding.subject === row.subject && finding.seq === row.seq && finding.field === row.field
      );
  }
}

/** Flips one bit of one value of the row; what was nothing becomes something. */
function flip(row: AuditRecord, where: number, bit: number): AuditRecord {
  const columns = Object.keys(row).filter((name) => name !== 'kind');
  const column = columns[where % columns.length] ?? '';
  const value: unknown = Reflect.get(row, column);
  return Object.assign(structuredClone(row), { [column]: flipped(value, where, bit) });
}

function flipped(value: unknown, where: number, bit: number): unknown {
  if (typeof value === 'number') return value + 2 ** (bit % 20);
  if (typeof value !== 'string' || value === '') return 'x';
  const bytes = Buffer.from(value);
  const index = where % bytes.length;
  bytes[index] = (bytes[index] ?? 0) ^ (1 << (bit % 8));
  return bytes.toString();
}

const pick = { index: fc.nat(), where: fc.nat(), bit: fc.nat(19) };

describe('verification of the audit chains', () => {
  test('accepts every history, erasures included, and counts it', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const ledger = play(steps);
        const rows = ledger.records();
        const count = (kind: string) => rows.filter((row) => row.kind === kind).length;
        expect(await verify(rows, { keys: [ledger.publicKey] })).toMatchObject({
          ok: true,
          entries: count('entry'),
          subjects: count('head'),
          checkpoints: count('checkpoint'),
          erased: rows.filter((row) => row.kind === 'opening' && row.erasedAt !== null).length,
          unsealed: 0,
        });
      }),
    );
  });

  test.each([
    ['where it stands', false],
    ['sorted as a database would return it', true],
  ])(
    'finds any flipped bit of any stored value and names the place (%s)',
    async (_name, sorted) => {
      await fc.assert(
        fc.asyncProperty(history, fc.record(pick), async (steps, { index, where, bit }) => {
          const rows = play(steps).records();
          const before = rows[index % rows.length];
          if (before === undefined) return;
          const after = flip(before, where, bit);
          rows[index % rows.length] = after;
          if (sorted) rows.sort(compareRecords);
          const findings = findingsOf(await verify(rows));
          expect(findings.some((one) => names(one, before) || names(one, after))).toBe(true);
        }),
        { numRuns: 800 },
      );
    },
  );

  test('finds any dropped row and names the place', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), async (steps, index) => {
        const ledger = play(steps);
        const rows = ledger.records();
        const [dropped] = rows.splice(index % rows.length, 1);
        const findings = findingsOf(await verify(rows));
        expect(dropped && findings.some((one) => names(one, dropped))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('finds any duplicated row and names the place', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), async (steps, index) => {
        const rows = play(steps).records();
        const row = rows[index % rows.length];
        if (row === undefined) return;
        rows.splice(index % rows.length, 0, row);
        const findings = findingsOf(await verify(rows));
        expect(findings.some((one) => one.code === 'duplicate' && names(one, row))).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('finds any two rows that changed places', async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.nat(), fc.nat(), async (steps, first, second) => {
        const rows = play(steps).records();
        const [a, b] = [first % rows.length, second % rows.length];
        const [rowA, rowB] = [rows[a], rows[b]];
        if (a === b || rowA === undefined || rowB === undefined) return;
        rows[a] = rowB;
        rows[b] = rowA;
        const findings = findingsOf(await verify(rows));
        expect(findings.some((one) => one.code === 'outOfOrder')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('finds two rows that exchanged their contents', async () => {
    const ledger = play([
      { kind: 'append', subject: 'procedure:a', note: 'one' },
      { kind: 'append', subject: 'procedure:a', note: 'two' },
    ]);
    const rows = ledger.records();
    const entries = rows.filter((row) => row.kind === 'entry' && row.subject === 'procedure:a');
    const [one, two] = entries;
    if (one?.kind !== 'entry' || two?.kind !== 'entry') throw new Error('two entries expected');
    const bodies = { one: one.body, two: two.body };
    Object.assign(one, { body: bodies.two });
    Object.assign(two, { body: bodies.one });
    const codes = findingsOf(await verify(rows)).map(({ seq, code }) => [seq, code]);
    expect(codes).toContainEqual([1, 'hashMismatch']);
    expect(codes).toContainEqual([2, 'hashMismatch']);
  });

  test('names only the damaged entry when one stored hash is changed in the middle', async () => {
    const rows = play(
      [1, 2, 3].map((n) => ({ kind: 'append', subject: 'cycle:c', note: `${n}` })),
    ).records();
    const second = rows.find(
      (row) => row.kind === 'entry' && row.subject === 'cycle:c' && row.seq === 2,
    );
    if (second?.kind !== 'entry') throw new Error('an entry expected');
    const hash = second.hash.replace(/^./, (digit) => (digit === '0' ? '1' : '0'));
    Object.assign(second, { hash });
    expect(findingsOf(await verify(rows))).toEqual([
      { place: 'entry', subject: 'cycle:c', seq: 2, code: 'hashMismatch' },
    ]);
  });

  test('reports at most 100 findings', async () => {
    const rows = play(
      Array.from({ length: 150 }, () => ({ kind: 'append', subject: 'cycle:c', note: 'n' })),
    ).records();
    const without = rows.filter((row) => row.kind !== 'opening');
    expect(findingsOf(await verify(without))).toHaveLength(100);
  });
});
