/** A whole bureau at the same moment: everybody submits, signs and decides at once, and the record stays whole. */
import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../services/audit-verify.ts';
import { answers, meeting, openForm } from './support/chain.ts';
import { useLaunchedHouse } from './support/hooks.ts';

const everybody = Array.from({ length: 23 }, (_, index) => String(index + 1).padStart(4, '0'));

/** A machine that is busy with other things may answer late (info) or too late for the client (200341). */
const polite = new Set(['success', 'warning', 'info', '200341']);

describe('everybody at once', () => {
  const house = useLaunchedHouse();

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
    const submitOnce = async (code: string): Promise<string | undefined> => {
      const person = house.person(code);
      const card = await openForm(house, code);
      const sent = await person.click('提交', { card, values: answers });
      return sent.toast?.type ?? sent.error?.code;
    };
    const results = await Promise.all(everybody.map(submitOnce));
    expect(results.filter((type) => !polite.has(type ?? ''))).toEqual([]);
    await house.settle();
    const versions = await house.rows<{ version: number }>('select version from form_version');
    expect(versions.map(({ version }) => version)).toEqual(everybody.map(() => 1));
    await house.person('0007').say('进度');
    await house.settle();
    const office = house.person('0007');
    expect(office.textOf(await office.lastCard())).toContain('已提交23份（100%）');
  });

  it('RISK-12 RISK-14 RISK-31 signatures and decisions cross each other: each form once, numbers without gap', async () => {
    let outcomes = await everybodyAgrees();
    for (let round = 0; outcomes.length > 0; round += 1) {
      expect(round).toBeLessThan(12);
      expect(outcomes.filter((type) => !polite.has(type ?? ''))).toEqual([]);
      outcomes = await everybodyAgrees();
    }
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
  });

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
