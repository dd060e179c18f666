/** 预演 before 发起 in the chat: questions answered on the card, everything in the way named, the answers at work. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from './support/house.ts';
import { all, without } from './support/reorganise.ts';
import type { SeenCard } from './support/simulated-person.ts';

const OFFICE = '0007';
const SUPERIOR = '逾期几个工作日仍未办理，告知其上一级？';

async function launchForm(house: House): Promise<SeenCard> {
  const office = house.person(OFFICE);
  await office.say('发起自查');
  await house.settle();
  return (await office.click('发起自查')).card;
}

describe('a launch that is rehearsed first', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
  }, 60_000);
  afterAll(() => house?.close());

  it('PLAN-01 RISK-06 ORG-25 shows what it would bring and launches nothing', async () => {
    const office = house.person(OFFICE);
    const form = await launchForm(house);
    expect(office.labels(form)).toContain(SUPERIOR);
    expect(office.buttons(form)).toEqual(['预演', '确认发起']);
    const { toast, card } = await office.click('预演', {
      card: form,
      values: { [SUPERIOR]: '4' },
    });
    expect(toast).toMatchObject({ type: 'success', content: '预演通过，可以发起' });
    const said = office.textOf(card);
    expect(said).toContain('23人填写');
    expect(said).toContain('截止2026年12月10日(周四)');
    expect(said).toContain('超过平台的14天有效期');
    expect(await house.rows('select id from cycle')).toEqual([]);
  });

  it('an answer that is no such figure is refused, and stays on the card', async () => {
    const office = house.person(OFFICE);
    const form = await office.lastCard();
    const { toast, card } = await office.click('确认发起', {
      card: form,
      values: { [SUPERIOR]: '0' },
    });
    expect(toast?.type).toBe('error');
    expect(toast?.content).toContain('请填写1至250之间的整数');
    expect(office.textOf(card)).toContain('有1个问题，解决之后才能发起');
    expect(await house.rows('select id from cycle')).toEqual([]);
  });

  it('PLAN-32 ACCOUNT-16 the answer decides when the superior is told', async () => {
    const office = house.person(OFFICE);
    const { toast, card } = await office.click('确认发起', { values: { [SUPERIOR]: '4' } });
    expect(toast?.type).toBe('success');
    expect(office.textOf(card)).toContain(SUPERIOR);
    house.app.wake();
    await house.settle();
    const told = () =>
      house.rows<{ person: string }>(
        `select distinct r.person_code as person from reminder r join task t on t.id = r.task_id
         where r.kind = 'escalated' and t.person_code = '0013'`,
      );
    // Due on Thursday the 10th of December: the second working day after it, then the fourth.
    await house.at('2026-12-14 10:00');
    expect(await told()).toEqual([]);
    await house.at('2026-12-16 10:00');
    expect(await told()).toEqual([{ person: '0012' }]);
  });
});

describe('a launch that cannot run', () => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse();
    await house.reorganise(
      all(
        without('assignments.csv', /^.*,leading_group_(head|member),.*\n/gm),
        without('assignments.csv', /^0005,role,leading_group_office,.*\n/m),
      ),
    );
  }, 60_000);
  afterAll(() => house?.close());

  it('RISK-14 is refused with everything that is missing, on the card', async () => {
    const office = house.person(OFFICE);
    const form = await launchForm(house);
    const before = await house.rows('select count(*) from procedure');
    const values = { 开始日期: '2025-03-01' };
    const { toast, card } = await office.click('确认发起', { card: form, values });
    expect(toast?.type).toBe('error');
    const said = office.textOf(card);
    expect(said).toContain('“贯彻执行”阶段已于2025年12月10日(周三)结束');
    expect(said).toContain('“领导小组审定”这一步没有人可以办理（填报人：邵景行）');
    expect(said).toContain('有2个问题');
    expect(office.buttons(card)).toEqual(['预演', '确认发起']);
    expect(await house.rows('select count(*) from procedure')).toEqual(before);
  });
});
