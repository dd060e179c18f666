import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chainHash, commitmentTo, GENESIS, sealEntry } from '../domain/audit.ts';
import { parseBody } from '../domain/audit-body.ts';
import { appendHead, emptyTree, rootOf, type SealedHead } from '../domain/audit-checkpoint.ts';
import { canonicalJson, compareBytes, sha256Hex } from '../domain/canonical.ts';

const at = new Date('2026-05-25T01:02:03.004Z');
const actor = { kind: 'person', code: 'P-0042' } as const;
const fixedSalts = () => {
  let count = 0;
  return () => {
    count += 1;
    return String(count).padStart(32, '0');
  };
};
const wellFormed = fc.string({ unit: 'binary' });

describe('sealing', () => {
  const entry = {
    subject: 'procedure:1',
    action: 'selfCheck.submitted',
    fields: { version: 3, contentHash: 'ab', picks: ['甲', '乙'], late: false, note: null },
  };

  test('is deterministic once the salts are given', () => {
    const first = sealEntry(entry, at, actor, fixedSalts());
    expect(first).toEqual(sealEntry(entry, at, actor, fixedSalts()));
    expect(sha256Hex(first.body)).toBe(
      'a2f9f60678f9531fcfbac0b581a5854b5567f2afd50b61018d0c2699f99b3920',
    );
  });

  test('leaves no recorded value and no actor code in the chained body', () => {
    const { body, openings } = sealEntry(entry, at, actor, fixedSalts());
    for (const value of ['P-0042', '甲', '"ab"']) expect(body).not.toContain(value);
    expect(openings.find(({ field }) => field === 'actor.code')?.value).toBe('"P-0042"');
    expect(openings.find(({ field }) => field === 'picks')?.value).toBe('["甲","乙"]');
  });

  test.each(['actor.code', '__proto__'])('refuses the reserved field %s', (name) => {
    const forged = { ...entry, fields: Object.fromEntries([[name, 'somebody']]) };
    expect(() => sealEntry(forged, at, actor, fixedSalts())).toThrow('reserved');
  });

  test('commits to the text that the database can hold', () => {
    const odd = { ...entry, fields: { note: 'a\ud800b', list: ['\udc00'] } };
    const { openings } = sealEntry(odd, at, actor, fixedSalts());
    expect(openings.map(({ value }) => value)).toEqual(['"a\ufffdb"', '["\ufffd"]', '"P-0042"']);
  });

  test('commits with sha256 of the canonical {field, salt, value}', () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, wellFormed, (field, salt, value) => {
        const expected = sha256Hex(canonicalJson({ field, salt, value }));
        expect(commitmentTo({ field, salt, value })).toBe(expected);
      }),
    );
  });

  test('is read back from its own body, and from no other spelling of it', () => {
    const { body } = sealEntry(entry, at, actor, fixedSalts());
    expect(parseBody(body)).toMatchObject({ subject: 'procedure:1', at: at.toISOString() });
    expect(parseBody(` ${body}`)).toBe('notCanonical');
    expect(parseBody(body.replace('004Z', '004+00:00'))).toBe('malformed');
    expect(parseBody(body.replace('"v":1', '"v":1,"x":1'))).toBe('malformed');
    expect(parseBody('{')).toBe('malformed');
    expect(parseBody('null')).toBe('malformed');
    expect(parseBody('[]')).toBe('malformed');
    for (const [from, to] of [
      ['"v":1', '"v":2'],
      ['"kind":"person"', '"kind":"nobody"'],
      ['"kind":"person"', '"kind":"person","x":1'],
      ['"action":"selfCheck.submitted"', '"action":1'],
      ['"subject":"procedure:1"', '"subject":null'],
      ['"at":"2026-05-25', '"at":"2026-02-30'],
      ['"fields":{', '"fields":{"a":"b",'],
      ['"fields":{', '"fields":{"a":7,'],
      ['"actor":{"kind":"person"}', '"actor":[]'],
    ] as const) {
      expect(body).toContain(from);
      expect([to, parseBody(body.replace(from, to))]).toEqual([to, 'malformed']);
    }
  });

  test('is read back whatever the names and texts', () => {
    const names = fc.oneof(wellFormed, fc.constantFrom('10', '9', '𠀀', 'ﬀ', '"', 'a.b'));
    const fields = fc
      .dictionary(names, wellFormed)
      .filter((all) => !Object.hasOwn(all, '__proto__'));
    fc.assert(
      fc.property(wellFormed, wellFormed, fields, (subject, action, all) => {
        const { body } = sealEntry({ subject, action, fields: all }, at, actor, fixedSalts());
        expect(parseBody(body)).toMatchObject({ subject, action });
      }),
    );
  });
});

test('canonical JSON follows RFC 8785 (its example and its sorting of UTF-16 units)', () => {
  const numbers = [1 / 3, 1e30, 4.5, 2e-3, 0.000000000000000000000000001];
  const string = '\u20ac$\u000f\nA\'B"\\\\"/';
  expect(canonicalJson({ numbers, string, literals: [null, true, false] })).toBe(
    '{"literals":[null,true,false],"numbers":[0.3333333333333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  expect(canonicalJson({ '\ufb33': 1, '\u{1f600}': 2, '\r': 3, '1': 4 })).toBe(
    '{"\\r":3,"1":4,"\u{1f600}":2,"\ufb33":1}',
  );
  expect(() => canonicalJson(undefined)).toThrow();
});

test('texts are ordered by their UTF-8 bytes, not by UTF-16 units', () => {
  expect(compareBytes('\u{1f600}', '\ufb33')).toBeGreaterThan(0);
  expect(compareBytes('a', 'ab')).toBeLessThan(0);
  const either = fc.oneof(fc.string(), wellFormed);
  fc.assert(
    fc.property(either, either, (first, second) => {
      const bytes = Buffer.compare(Buffer.from(first), Buffer.from(second));
      expect(Math.sign(compareBytes(first, second))).toBe(bytes);
    }),
  );
  expect(compareBytes('风', '风')).toBe(0);
});

test('the chain rule is sha256(previous || int8 || sha256(body))', () => {
  expect(chainHash(GENESIS, 1, '{"v":1}').toString('hex')).toBe(
    '26b233c81a493e23bb5ad3f5160e3a52156c4d3f320bb13241a76492496bd66e',
  );
});

test('the root over sealed heads is the Merkle tree hash of RFC 9162 §2.1', () => {
  const digest = (...parts: Buffer[]) => createHash('sha256').update(Buffer.concat(parts)).digest();
  const treeHash = (leaves: readonly Buffer[]): Buffer => {
    const [only] = leaves;
    if (only === undefined) return digest();
    if (leaves.length === 1) return digest(Buffer.from([0]), only);
    let split = 1;
    while (split * 2 < leaves.length) split *= 2;
    return digest(
      Buffer.from([1]),
      treeHash(leaves.slice(0, split)),
      treeHash(leaves.slice(split)),
    );
  };
  for (let count = 0; count < 70; count += 1) {
    const heads = Array.from({ length: count }, (_, index): SealedHead => {
      return { subject: `s:${index}`, seq: index + 1, hash: sha256Hex(String(index)) };
    });
    const tree = emptyTree();
    for (const head of heads) appendHead(tree, head);
    const leaves = heads.map(({ subject, seq, hash }) =>
      Buffer.from(canonicalJson([subject, seq, hash])),
    );
    expect(rootOf(tree)).toBe(treeHash(leaves).toString('hex'));
  }
});
