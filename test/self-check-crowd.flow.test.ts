/** A whole bureau at the same moment: everybody submits, signs and decides at once, and the record stays whole. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyAudit } from '../services/audit-verify.ts';
import { answers, meeting, ownCard } from './support/chain.ts';
import { type House, openHouse } from './support/house.ts';

const everybody = Array.from({ length: 23 }, (_, index) => String(index + 1).padStart(4, '0'));

describe('everybody at once', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
    await house.launch();
  }, 60_000);
  afterAll(() => house?.close());

  /** Clicks 同意 on every card that offers it, all reviewers and all their cards at the same moment. */
  async function everybodyAgrees(): Promise<readonly (string | undefined)[]> {
    const asked = await Promise.all(
      everybody.map(async (code) => {
        const person = house.person(code);
        const cards = (await person.cards()).filter((card) =>
          person.buttons(card).includes('同意'),
        );
        return cards.map((card) => ({ person, card }));
      }),
    );
    const clicks = await Promise.all(
      asked.flat().map(({ person, card }) => {
        const deciding = person.labels(card).includes('出席人员');
        const values = deciding ? meeting : { 意见: '同意' };
        return person.click('同意', { card, values });
      }),
    );
    await house.settle();
    return clicks.map(({ toast, error }) => toast?.type ?? error?.code);
  }

  it('RISK-06 PLAN-33 all forms are submitted in one moment: 100 %', async () => {
    const results = await Promise.all(
      everybody.map(async (code) => {
        const person = house.person(code);
        const open = await person.click('填写自查表', { card: await ownCard(house, code) });
        const sent = await person.click('提交', { card: open.card, values: answers });
        return sent.toast?.type ?? sent.error?.code;
      }),
    );
    expect(results).toEqual(everybody.map(() => 'success'));
    await house.settle();
    await house.person('0007').say('进度');
    await house.settle();
    const office = house.person('0007');
    expect(office.textOf(await office.lastCard())).toContain('已提交23份（100%）');
  }, 60_000);

  it('RISK-12 RISK-14 RISK-31 signatures and decisions cross each other: each form once, numbers without gap', async () => {
    const outcomes: (string | undefined)[] = [];
    for (let round = 0; round < 8; round += 1) {
      const [left] = await house.rows<{ open: number }>(
        `select count(*)::int as open from procedure where status <> 'completed'`,
      );
      if (left?.open === 0) break;
      outcomes.push(...(await everybodyAgrees()));
    }
    expect(new Set(outcomes)).toEqual(new Set(['success', 'warning']));
    const numbers = await house.rows<{ register_number: string }>(
      'select register_number from risk_point order by register_number',
    );
    expect(numbers.map(({ register_number }) => register_number)).toEqual(
      everybody.map((code) => `FX-QLSF-2026-${code}`),
    );
    expect(await house.rows('select id from meeting_record')).toHaveLength(23);
    const twice = await house.rows(
      `select procedure_id from step_event where action in ('agreed', 'decided')
       group by procedure_id, step_id, version having count(*) > 1`,
    );
    expect(twice).toEqual([]);
    expect(await house.rows(`select id from outbox where state = 'dead'`)).toEqual([]);
  }, 120_000);

  it('nobody is left with a card that asks, and the audit chain verifies', async () => {
    for (const code of everybody) {
      const person = house.person(code);
      for (const card of await person.cards()) {
        expect(person.buttons(card), code).not.toContain('同意');
        expect(person.buttons(card), code).not.toContain('填写自查表');
      }
    }
    const report = await verifyAudit(house.app.db);
    expect(report.ok, JSON.stringify(report)).toBe(true);
  });
});
