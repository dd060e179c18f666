import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusalText } from '../cards/wording.ts';
import { registerOfCycle, takeRegisterNumbers } from '../db/risk-points.ts';
import { viewUnitRegister } from '../services/message-view.ts';
import { MOST_LINES, requestRegisterFile, viewRegister } from '../services/register.ts';
import { reviewForm } from '../services/review.ts';
import {
  at,
  type Bureau,
  chainOf,
  codeOf,
  formOf,
  meeting,
  must,
  NOW,
  OFFICE,
  openBureau,
  signed,
  UNIT,
  ZONE,
} from './support/bureau.ts';

let bureau: Bureau;
let cycleId: string;
/** Whose forms are decided, with two points each and all at the same moment: departments D01, D04 and D05. */
const authors = ['0006', '0016', '0019'];
beforeAll(async () => {
  bureau = await openBureau();
  cycleId = await bureau.launch();
  const refs = [];
  for (const author of authors) refs.push(await signed(bureau, chainOf(author), 2));
  const decided = refs.map((ref) =>
    reviewForm(bureau.as(OFFICE), { ...ref, verdict: 'agree', opinion: '', meeting }),
  );
  expect((await Promise.all(decided)).map(codeOf)).toEqual(Array(3).fill('accepted'));
});
afterAll(() => bureau?.close());

const look = (person: string, size = 10, index = 0, now = NOW) =>
  viewRegister(bureau.db, person, { size, index }, { now, zone: ZONE });
const take = (unit: string, year: number, count: number): Promise<number> =>
  bureau.db.transaction().execute((trx) => takeRegisterNumbers(trx, unit, year, count));

describe('RISK-31 register numbers', () => {
  test('forms decided at the same moment get consecutive numbers, those of one form side by side', async () => {
    const lines = await registerOfCycle(bureau.db, cycleId);
    expect(lines.map(({ registerNumber }) => registerNumber)).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => `FX-QLSF-2026-000${n}`),
    );
    for (const n of [0, 2, 4]) {
      expect(lines[n]?.personCode).toBe(lines[n + 1]?.personCode);
      expect([lines[n]?.ordinal, lines[n + 1]?.ordinal]).toEqual([1, 2]);
    }
  });

  test('the 10000th stands after the 9999th, in files and, turned round, on pages', async () => {
    const rename = (from: string, to: string) =>
      sql`update risk_point set register_number = ${to} where register_number = ${from}`.execute(
        bureau.db,
      );
    await rename('FX-QLSF-2026-0005', 'FX-QLSF-2026-9999');
    await rename('FX-QLSF-2026-0006', 'FX-QLSF-2026-10000');
    const tail = ['FX-QLSF-2026-9999', 'FX-QLSF-2026-10000'];
    const numbers = (lines: readonly { readonly registerNumber: string }[]) =>
      lines.map(({ registerNumber }) => registerNumber);
    expect(numbers(await registerOfCycle(bureau.db, cycleId)).slice(-2)).toEqual(tail);
    expect(numbers(await viewUnitRegister(bureau.db, UNIT)).slice(-2)).toEqual(tail);
    expect(numbers((await look(OFFICE)).lines).slice(0, 2)).toEqual(tail.toReversed());
    await rename('FX-QLSF-2026-9999', 'FX-QLSF-2026-0005');
    await rename('FX-QLSF-2026-10000', 'FX-QLSF-2026-0006');
  });

  test('a decision that is taken back leaves no gap', async () => {
    const chain = chainOf('0010');
    const ref = await signed(bureau, chain);
    const input = { ...ref, verdict: 'agree' as const, opinion: '', meeting };
    await sql`alter table risk_point add constraint broken check (false) not valid`.execute(
      bureau.db,
    );
    await expect(reviewForm(bureau.as(OFFICE), input)).rejects.toThrow('broken');
    await sql`alter table risk_point drop constraint broken`.execute(bureau.db);
    expect(await formOf(bureau, chain.author)).toMatchObject({ status: 'open' });
    const { registerNumbers } = must(await reviewForm(bureau.as(OFFICE), input));
    expect(registerNumbers).toEqual(['FX-QLSF-2026-0007']);
  });

  test('every unit and year counts for itself; 400 takers at once get every number once', async () => {
    await sql`insert into unit (code, name, kind) values ('U2', '二局', '县级机关')`.execute(
      bureau.db,
    );
    expect(await take('U2', 2026, 3)).toBe(1);
    expect(await take('U2', 2027, 1)).toBe(1);
    expect(await take('U2', 2026, 1)).toBe(4);
    const counts = Array.from({ length: 400 }, (_, n) => (n % 3) + 1);
    const firsts = await Promise.all(counts.map((count) => take('U2', 2028, count)));
    const all = firsts.flatMap((first, n) =>
      Array.from({ length: counts[n] ?? 0 }, (_, k) => first + k),
    );
    const total = counts.reduce((sum, count) => sum + count, 0);
    expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: total }, (_, n) => n + 1));
  });

  test('the year is the one in the business zone', async () => {
    const ref = await signed(bureau, chainOf('0011'));
    const newYear = new Date('2026-12-31T16:30:00Z');
    const input = { ...ref, verdict: 'agree' as const, opinion: '', meeting };
    const { registerNumbers } = must(await reviewForm(bureau.as(OFFICE, newYear), input));
    expect(registerNumbers).toEqual(['FX-QLSF-2027-0001']);
  });
});

describe('ORG-29 who sees which lines', () => {
  beforeAll(async () => {
    await sql`insert into assignment values
      (gen_random_uuid(), '0023', 'role', 'leader_in_charge', 'D04', '2024-01-01', null, null),
      (gen_random_uuid(), '0023', 'role', 'leader_in_charge', 'D05', '2024-01-01', null, null)`.execute(
      bureau.db,
    );
  });

  test.each([
    ['an author the own ones', '0006', ['0006']],
    ['a colleague of the same department nothing', '0017', []],
    ['a head the department', '0015', ['0016']],
    ['a leader in charge the departments in charge', '0023', ['0016', '0019']],
    ['the leading group’s office everything', '0007', authors],
    ['a member of the leading group everything', '0009', authors],
    ['the principal leader everything', '0001', authors],
    ['the discipline inspection everything', '0004', authors],
    ['a stranger nothing', 'nobody', []],
  ])('%s', async (_name, viewer, expected) => {
    const { lines, total } = await look(viewer, 100);
    const seen = new Set(lines.map(({ personCode }) => personCode));
    expect(authors.filter((author) => seen.has(author))).toEqual(expected);
    expect(total).toBe(lines.length);
  });

  test('a role that has ended shows nothing more', async () => {
    const clerk = bureau.db
      .updateTable('assignment')
      .where('person_code', '=', '0007')
      .where('kind', '=', 'role');
    await clerk.set({ to_on: '2026-09-21' }).execute();
    expect((await look('0007')).total).toBeGreaterThan(0);
    expect((await look('0007', 10, 0, at('2026-09-22 00:00'))).total).toBe(0);
    await clerk.set({ to_on: null }).execute();
  });

  test('the office and the administrator may take the file away', async () => {
    const whole = [{ code: UNIT, name: '青岚县司法局' }];
    expect((await look('0007')).exportable).toEqual(whole);
    expect((await look('0008')).exportable).toEqual(whole);
    for (const person of ['0001', '0004', '0006', '0009']) {
      expect((await look(person)).exportable).toEqual([]);
    }
  });
});

describe('a register too large for one file', () => {
  test('is refused with what to do instead; nothing is sent', async () => {
    const request = { unitCode: UNIT, key: 'too-large' };
    const { total } = await look('0007');
    const year = { unit_code: UNIT, year: 1999 };
    const missing = MOST_LINES + 1 - total;
    await bureau.db
      .insertInto('register_counter')
      .values({ ...year, last: missing })
      .execute();
    const counter = bureau.db.updateTable('register_counter').where('year', '=', 1999);
    const refused = await requestRegisterFile(bureau.as('0007'), request);
    expect(refused).toEqual({
      ok: false,
      refusal: { code: 'registerTooLarge', detail: { count: '20001', limit: '20000' } },
    });
    expect(refused.ok ? '' : refusalText(refused.refusal)).toBe(
      '台账共20001条，一次最多导出20000条。请联系系统管理员分年度（周期）导出。',
    );
    await counter.set({ last: missing - 1 }).execute();
    expect(await requestRegisterFile(bureau.as('0007'), request)).toMatchObject({ ok: true });
    await bureau.db.deleteFrom('register_counter').where('year', '=', 1999).execute();
  });
});

describe('pages', () => {
  test('newest number first, every line on exactly one page', async () => {
    const { total, pages } = await look('0007', 4);
    expect(pages).toBe(Math.ceil(total / 4));
    const all: string[] = [];
    for (let index = 0; index < pages; index += 1) {
      const view = await look('0007', 4, index);
      expect(view.page).toBe(index);
      all.push(...view.lines.map(({ registerNumber }) => registerNumber));
    }
    expect(all).toEqual([...new Set(all)].sort().reverse());
    expect(all).toHaveLength(total);
  });

  test('of somebody with several departments run through all of them in one order', async () => {
    const whole = await look('0023', 100);
    const departments = new Set(whole.lines.map(({ departmentCode }) => departmentCode));
    expect([...departments].sort()).toEqual(['D04', 'D05']);
    const single: string[] = [];
    for (let index = 0; index < whole.total; index += 1)
      single.push(...(await look('0023', 1, index)).lines.map((line) => line.registerNumber));
    expect(single).toEqual(whole.lines.map((line) => line.registerNumber));
    expect(single).toEqual(single.toSorted().reverse());
  });

  test('the count of a unit is the count of its lines', async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from risk_point where unit_code = ${UNIT}`.execute(bureau.db);
    expect((await look('0007')).total).toBe(rows[0]?.count);
    expect(rows[0]?.count).toBeGreaterThan(6);
  });

  test.each([
    [-1, 0],
    [99, 'last'],
    [10_000, 'last'],
  ] as const)('page %d is shown as page %s', async (index, shown) => {
    const view = await look('0007', 3, index);
    expect(view.page).toBe(shown === 'last' ? view.pages - 1 : shown);
    expect(view.lines.length).toBeGreaterThan(0);
  });

  test('an empty register has one empty page', async () => {
    expect(await look('0014', 5, 3)).toMatchObject({ lines: [], total: 0, page: 0, pages: 1 });
  });
});

test('lines carry the words of the profile that was in force', async () => {
  const lines = await viewUnitRegister(bureau.db, UNIT);
  // By its author: which of the forms decided at once came first is open.
  expect(lines.find(({ personCode }) => personCode === '0006')).toMatchObject({
    riskTypeName: '岗位职责风险',
    manifestationTexts: ['责任心不强，不履职或履职不到位'],
    personName: '苏念慈',
    departmentName: '综合股',
  });
});
