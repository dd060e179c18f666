import { describe, expect, test } from 'vitest';
import { type AuditRecord, compareRecords } from '../domain/audit-record.ts';
import { findingsOf, play, verify } from './support/audit-history.ts';
import { createLedger } from './support/audit-ledger.ts';

describe('a chain rewritten consistently', () => {
  /** The same history with another text in its first entry, every hash recomputed, the old seals kept. */
  function forged(sealedBefore: boolean): AuditRecord[] {
    const tell = (note: string) => {
      const ledger = createLedger();
      ledger.checkpoint();
      ledger.append({ subject: 'procedure:a', action: 'selfCheck.submitted', fields: { note } });
      if (sealedBefore) ledger.checkpoint();
      return ledger.records();
    };
    const seals = tell('truth').filter(({ kind }) => kind === 'sealed' || kind === 'checkpoint');
    const rest = tell('forgery').filter(({ kind }) => kind !== 'sealed' && kind !== 'checkpoint');
    return [...rest, ...seals].sort(compareRecords);
  }

  test('is found when a checkpoint sealed it, by the entry it sealed', async () => {
    expect(findingsOf(await verify(forged(true)))).toEqual([
      {
        place: 'checkpoint',
        checkpoint: 2,
        subject: 'procedure:a',
        seq: 1,
        code: 'sealedHashMismatch',
      },
    ]);
  });

  test('cannot be found when it is younger than the last checkpoint, which the report says', async () => {
    expect(await verify(forged(false))).toMatchObject({ ok: true, unsealed: 1 });
  });
});

describe('what carries valid hashes and signatures but does not belong here', () => {
  const append = (note: string) => ({ kind: 'append', subject: 'procedure:a', note }) as const;

  test('a chain under the name of another', async () => {
    const rows = play([append('n')]).records();
    const moved = rows.map((row) =>
      'subject' in row && row.subject === 'procedure:a' ? { ...row, subject: 'procedure:b' } : row,
    );
    expect(findingsOf(await verify(moved))).toContainEqual({
      place: 'entry',
      subject: 'procedure:b',
      seq: 1,
      code: 'subjectMismatch',
    });
  });

  test('an earlier entry in the place of the one a checkpoint sealed', async () => {
    const rows = play([append('one'), append('two')]).records();
    const first = rows.find((row) => row.kind === 'entry' && row.subject === 'procedure:a');
    if (first?.kind !== 'entry') throw new Error('an entry expected');
    const { seq, hash } = first;
    const changed = rows.map((row) =>
      row.kind === 'sealed' && row.subject === 'procedure:a' ? { ...row, seq, hash } : row,
    );
    const findings = findingsOf(await verify(changed.sort(compareRecords)));
    expect(findings).toEqual([{ place: 'checkpoint', checkpoint: 1, code: 'rootMismatch' }]);
  });

  test('a checkpoint signed by the same key in another history', async () => {
    const rows = play([append('one'), { kind: 'checkpoint' }, append('two')]).records();
    const later = createLedger();
    // The same entries, sealed a minute later.
    later.append({
      subject: 'procedure:a',
      action: 'selfCheck.draftSaved',
      fields: { note: 'one', count: 3 },
    });
    later.wait();
    later.checkpoint();
    const foreign = later.records().find((row) => row.kind === 'checkpoint');
    const changed = rows.map((row) =>
      foreign !== undefined && row.kind === 'checkpoint' && row.seq === 1 ? foreign : row,
    );
    const findings = findingsOf(await verify(changed));
    expect(findings).toEqual([{ place: 'checkpoint', checkpoint: 2, code: 'previousMismatch' }]);
  });
});

describe('erasure', () => {
  const erased = () => {
    const ledger = play([{ kind: 'append', subject: 'procedure:a', note: 'n' }]);
    const before = ledger.records();
    ledger.erase('procedure:a', 1, 'note');
    ledger.checkpoint();
    return { before, after: ledger.records() };
  };
  const isNote = (row: AuditRecord) => row.kind === 'opening' && row.field === 'note';

  test('leaves the chain valid and the text gone', async () => {
    const { after } = erased();
    expect(await verify(after)).toMatchObject({ ok: true, erased: 1 });
    expect(JSON.stringify(after)).not.toContain('"value":"\\"n\\""');
  });

  test('that was undone from a backup is found', async () => {
    const { before, after } = erased();
    const restored = after.map((row) => (isNote(row) ? (before.find(isNote) ?? row) : row));
    expect(findingsOf(await verify(restored))).toEqual([
      { place: 'opening', subject: 'procedure:a', seq: 1, field: 'note', code: 'erasureUndone' },
    ]);
  });

  test('without a record in the chain of erasures is found', async () => {
    const { before } = erased();
    const at = '2026-05-25T02:00:00.000Z';
    const rows = before.map((row) =>
      isNote(row) ? Object.assign(row, { salt: null, value: null, erasedAt: at }) : row,
    );
    expect(findingsOf(await verify(rows))).toEqual([
      {
        place: 'opening',
        subject: 'procedure:a',
        seq: 1,
        field: 'note',
        code: 'erasureUnrecorded',
      },
    ]);
  });
});

describe('what is known outside', () => {
  const ledger = play([{ kind: 'append', subject: 'procedure:a', note: 'n' }]);
  const rows = ledger.records();
  const last = rows.findLast((row) => row.kind === 'checkpoint');

  test('another trusted key makes every checkpoint a finding', async () => {
    const codes = findingsOf(await verify(rows, { keys: ['00'.repeat(32)] })).map(
      ({ code }) => code,
    );
    expect(codes).toEqual(['keyUntrusted']);
  });

  test('a record without any checkpoint does not satisfy a trusted key', async () => {
    const bare = rows.filter(({ kind }) => kind !== 'checkpoint' && kind !== 'sealed');
    expect(await verify(bare)).toMatchObject({ ok: true, checkpoints: 0, last: null });
    expect(findingsOf(await verify(bare, { keys: [ledger.publicKey] }))).toEqual([
      { place: 'checkpoint', code: 'missing' },
    ]);
  });

  test('a noted checkpoint that disappeared with its seals is found', async () => {
    if (last?.kind !== 'checkpoint') throw new Error('a checkpoint expected');
    const trust = { checkpoint: { seq: last.seq, hash: last.hash } };
    expect(await verify(rows, trust)).toMatchObject({ ok: true, last: trust.checkpoint });
    const cut = rows.filter(({ kind }) => kind !== 'checkpoint' && kind !== 'sealed');
    expect(findingsOf(await verify(cut, trust)).map(({ code }) => code)).toEqual([
      'anchorMismatch',
    ]);
  });
});
