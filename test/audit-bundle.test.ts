import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { auditFindingText, auditReportLines } from '../cards/audit-wording.ts';
import type { AuditRecord } from '../domain/audit-record.ts';
import { verifyBundle, writeBundle } from '../services/audit-bundle.ts';
import { play, verify } from './support/audit-history.ts';
import { streamOf } from './support/audit-ledger.ts';

describe('the bundle', () => {
  async function bundleOf(rows: readonly AuditRecord[]): Promise<string> {
    let text = '';
    await writeBundle(streamOf(rows), (chunk) => {
      text += chunk;
    });
    return text;
  }
  const odd = play([
    { kind: 'append', subject: 'procedure:a', note: '一\u2028二\r三\n四' },
    { kind: 'append', subject: 'procedure:b', note: '\u0000' },
    { kind: 'erase', subject: 'procedure:b', seq: 1 },
  ]).records();

  test('verifies in chunks of any size, without a database', async () => {
    const text = await bundleOf(odd);
    const whole = await verify(odd);
    for (const size of [1, 7, 100_000]) {
      const chunks = text.match(new RegExp(`[^]{1,${size}}`, 'gu')) ?? [];
      expect(await verifyBundle(chunks)).toEqual(whole);
    }
  });

  test('does not survive the change of any bit of the file', async () => {
    const bytes = Buffer.from(await bundleOf(odd));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (index, bit) => {
        const changed = Buffer.from(bytes);
        changed[index] = (changed[index] ?? 0) ^ (1 << bit);
        expect((await verifyBundle([changed.toString()])).ok).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test('does not survive a lost end, a lost line or text after the end', async () => {
    const text = await bundleOf(odd);
    const lines = text.split('\n');
    expect((await verifyBundle([lines.slice(0, -2).join('\n'), '\n'])).ok).toBe(false);
    expect((await verifyBundle([lines.toSpliced(3, 1).join('\n')])).ok).toBe(false);
    expect((await verifyBundle([text, ' '])).ok).toBe(false);
    expect((await verifyBundle([text.slice(0, -1)])).ok).toBe(false);
    expect((await verifyBundle([])).ok).toBe(false);
  });
});

test('findings are told in Chinese sentences that name the place', () => {
  expect(
    auditFindingText({ place: 'entry', subject: 'procedure:a', seq: 3, code: 'hashMismatch' }),
  ).toBe('第 3 条记录（procedure:a）：内容与链不符');
  expect(
    auditReportLines({
      ok: false,
      findings: [{ place: 'checkpoint', checkpoint: 2, code: 'gap' }],
    }),
  ).toEqual(['审计校验未通过，发现 1 处问题', '第 2 个检查点：序号不连续，之前有缺失']);
});
