/** Time: the stage that opens by itself, the reminder ladder, escalation, and the hours in which nobody is disturbed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { saveCalendarOverride } from '../db/calendar.ts';
import { sign, submit } from './support/chain.ts';
import { useHouse } from './support/hooks.ts';
import { localTime, only, remindersOf, timesOf } from './support/reminders.ts';

const crew = ['0001', '0002', '0005', '0007', '0012', '0013', '0014'];

describe('from launch to the last escalation, timer by timer', () => {
  const house = useHouse('2026-09-01 09:00');
  beforeAll(async () => {
    await house.reorganise(only(...crew));
    await house.launch('2026-09-01');
  });

  const cardsOf = async (code: string) => (await house.person(code).cards()).length;

  it('PLAN-01 AUTO-28 RISK-06 nothing before the stage opens; then, at 08:30, one card for everybody', async () => {
    for (const time of ['2026-09-01 09:00', '2026-09-20 10:00', '2026-09-21 08:29']) {
      await house.at(time);
      for (const code of crew) expect(await cardsOf(code), `${code} ${time}`).toBe(0);
    }
    await house.at('2026-09-21 08:30');
    for (const code of crew) {
      const person = house.person(code);
      expect(await cardsOf(code)).toBe(1);
      expect(person.textOf(await person.lastCard())).toContain('2026年12月10日(周四)');
    }
  });

  it('PLAN-32 ACCOUNT-16 the ladder of 0013: 10, 3, 1 workdays before, on the day, 1 and 3 after', async () => {
    await house.at('2026-11-20 10:00');
    await submit(house, '0014');
    await sign(house, '0012', '汪远林');
    await sign(house, '0002', '汪远林');
    for (;;) {
      const { next } = await house.clock.show();
      if (next === null || next > '2026-12-21') break;
      await house.clock.toNextTimer();
      await house.settle();
    }
    expect(await timesOf(house, '0013')).toEqual([
      '11-26 09:00',
      '12-07 09:00',
      '12-09 09:00',
      '12-10 09:00',
      '12-11 09:00',
      '12-15 09:00',
    ]);
    const texts = (await remindersOf(house, '0013')).map(({ text }) => text);
    expect(texts[0]).toContain('请及时办理');
    expect(texts[3]).toContain('今天到期');
    expect(texts[4]).toContain('已经逾期');
    for (const text of texts) expect(text).toContain('截止2026年12月10日(周四)');
  });

  it('ACCOUNT-16 the head is told after two workdays, the leader in charge after five, each once', async () => {
    const about = (await remindersOf(house, ...crew)).filter(({ text }) =>
      text.includes('丁若溪尚未办理“本人填写”'),
    );
    expect(about.map(({ who, at }) => [who, at])).toEqual([
      ['0012', '12-14 09:00'],
      ['0002', '12-17 09:00'],
    ]);
    expect(about[0]?.text).toContain('请督促');
    const [logged] = await house.rows<{ count: number }>(
      `select count(*)::int as count from audit_opening
       where field = 'rungs' and value like '%escalated-%'`,
    );
    expect(logged?.count).toBeGreaterThan(0);
  });

  it('ACCOUNT-16 the office’s overdue decision goes to the superiors of its members, not of the author', async () => {
    const about = (await remindersOf(house, ...crew)).filter(({ text }) =>
      text.includes('尚未办理“领导小组审定”'),
    );
    // 0007 works under 0005, whose own superior is 0003 and, two levels up, 0001.
    expect(about.some(({ who }) => who === '0012')).toBe(false);
    expect(about.find(({ text }) => text.includes('邵景行尚未办理'))?.who).toBe('0005');
    const members = (await remindersOf(house, '0001', '0003')).filter(({ text }) =>
      text.includes('贺知舟尚未办理“领导小组审定”'),
    );
    expect(members.map(({ who, at }) => [who, at])).toEqual([
      ['0003', '12-14 09:00'],
      ['0001', '12-17 09:00'],
    ]);
  });

  it('PLAN-32 whoever has acted is left in peace', async () => {
    expect(await timesOf(house, '0014')).toEqual([]);
  });

  it('PLAN-32 no reminder at night, on a weekend or twice a day', async () => {
    const all = await remindersOf(house, ...crew);
    expect(all.length).toBeGreaterThan(20);
    for (const { at } of all) {
      const day = new Date(`2026-${at.slice(0, 5)}T12:00:00Z`).getUTCDay();
      expect(day, at).toBeGreaterThan(0);
      expect(day, at).toBeLessThan(6);
      expect(at.slice(6) >= '08:30' && at.slice(6) < '18:00', at).toBe(true);
    }
    const daily = all.filter(
      ({ text }) => text.startsWith('办理提醒') && text.includes('请及时办理'),
    );
    const keys = daily.map(({ who, at }) => `${who} ${at.slice(0, 5)}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('one live card per person and matter, renewed before its fourteen days end', async () => {
    const messages = (await house.person('0013').messages()).filter(
      ({ card }) => card !== undefined,
    );
    const person = house.person('0013');
    const live = messages.filter(
      ({ messageId, card, expired }) =>
        card !== undefined &&
        !expired &&
        person.buttons({ messageId, card }).includes('填写自查表'),
    );
    expect(live.map(({ createdAt }) => localTime(createdAt))).toHaveLength(1);
    const renewals = messages.filter(
      ({ messageId, card }) =>
        card !== undefined && /此卡片已更新/.test(person.textOf({ messageId, card })),
    );
    expect(renewals.map(({ createdAt }) => localTime(createdAt))).toEqual([
      '11-20 10:00',
      '12-03 08:30',
    ]);
  });

  it('a click on a retired card that still shows its old buttons does no harm', async () => {
    const person = house.person('0013');
    const current = (await person.cards()).findLast((card) =>
      person.buttons(card).includes('填写自查表'),
    );
    if (current === undefined) throw new Error('no card');
    await person.say('待办');
    await house.settle();
    await person.click('查看');
    await house.settle();
    const old = await person.click('填写自查表', { card: current });
    expect(old.error).toBeNull();
    expect(old.toast?.type).toBe('warning');
    expect(person.textOf(old.card)).toContain('此卡片已由新卡片代替');
    expect(person.buttons(old.card)).toEqual([]);
    expect(await house.rows(`select id from outbox where state = 'dead'`)).toEqual([]);
  });
});

describe('holidays, make-up days and overrides', () => {
  const house = useHouse('2026-09-21 09:00');
  beforeAll(async () => {
    await house.reorganise(only(...crew));
    await saveCalendarOverride(house.app.db, {
      day: '2026-11-26',
      working: false,
      note: '停电检修',
    });
    await saveCalendarOverride(house.app.db, { day: '2026-12-05', working: true, note: '补班' });
    await house.launch();
  });

  it('PLAN-32 the head’s five workdays run past 国庆 and he is reminded on the make-up Saturday', async () => {
    await house.at('2026-09-29 10:00');
    await submit(house, '0014');
    const head = house.person('0012');
    expect(head.textOf(await head.lastCard())).toContain('2026年10月12日(周一)');
    for (const time of [
      '09-30 20:00',
      '10-01 09:30',
      '10-03 12:00',
      '10-07 17:00',
      '10-08 08:59',
    ]) {
      await house.at(`2026-${time}`);
      expect(await timesOf(house, '0012'), time).toEqual([]);
    }
    await house.at('2026-10-08 09:00');
    await house.at('2026-10-10 09:00');
    await house.at('2026-10-11 12:00');
    await house.at('2026-10-12 09:00');
    expect(await timesOf(house, '0012')).toEqual(['10-08 09:00', '10-10 09:00', '10-12 09:00']);
  });

  it('PLAN-32 days the organisation closed or opened itself are counted as it said', async () => {
    await house.at('2026-11-25 08:59');
    expect(await timesOf(house, '0013')).toEqual([]);
    // Ten workdays before 12-10 with 11-26 closed and 12-05 open: 11-26 itself would be the day, so one earlier.
    for (const time of [
      '11-25 09:00',
      '11-26 09:00',
      '11-27 09:00',
      '12-04 09:00',
      '12-07 09:00',
    ]) {
      await house.at(`2026-${time}`);
    }
    expect(await timesOf(house, '0013')).toEqual(['11-27 09:00', '12-07 09:00']);
  });
});

describe('attention and clock jumps', () => {
  const house = useHouse('2026-09-21 09:00');
  beforeAll(async () => {
    await house.reorganise(only(...crew));
    await house.launch();
  });

  it('PLAN-32 what falls together is one message; the day’s message is spent once', async () => {
    await house.at('2026-11-18 10:00');
    await submit(house, '0013');
    await submit(house, '0014');
    // Both signatures and the head's own form fall due for a reminder between now and 11-26.
    await house.at('2026-11-20 09:00');
    const [first] = await remindersOf(house, '0012');
    expect(first?.text).toContain('丁若溪');
    expect(first?.text).toContain('汪远林');
    expect(first?.text).toContain('2项');
    await house.rows(`insert into attention (person_code, day) values ('0001', '2026-11-26')`);
    await house.at('2026-11-26 17:00');
    expect(await timesOf(house, '0001')).toEqual([]);
    await house.at('2026-11-27 08:30');
    expect(await timesOf(house, '0001')).toEqual(['11-27 08:30']);
  });

  it('PLAN-32 ACCOUNT-16 a jump over weeks into a night: in the morning the latest reminder and every escalation once', async () => {
    await house.at('2026-12-18 23:00');
    expect((await remindersOf(house, ...crew)).filter(({ at }) => at > '11-27 09:00')).toEqual([]);
    await house.at('2026-12-20 12:00');
    expect((await remindersOf(house, ...crew)).filter(({ at }) => at > '11-27 09:00')).toEqual([]);
    await house.at('2026-12-21 08:30');
    const late = (await remindersOf(house, ...crew)).filter(({ at }) => at > '11-27 09:00');
    expect(new Set(late.map(({ at }) => at))).toEqual(new Set(['12-21 08:30']));
    expect(late.filter(({ who }) => who === '0007')).toHaveLength(1);
    const about = late.filter(({ text }) => text.includes('秦立言尚未办理“本人填写”'));
    expect(about.map(({ who }) => who).toSorted()).toEqual(['0001', '0002']);
    const own = late.find(({ who }) => who === '0007')?.text ?? '';
    expect(own.match(/已经逾期，请立即办理/g)).toHaveLength(1);
    await house.at('2026-12-22 12:00');
    expect((await remindersOf(house, ...crew)).filter(({ at }) => at > '12-21 09:00')).toEqual([]);
  });

  it('PLAN-32 a digest that comes late, in the evening, waits for the morning', async () => {
    await house.rows(
      `insert into reminder (id, person_code, task_id, lane, kind, created_at)
       select gen_random_uuid(), person_code, id, 'urgent', 'after', '2026-12-23 08:00+08' from task
       where person_code = '0007' and state = 'open' limit 1`,
    );
    await house.rows(
      `insert into timer (id, kind, subject, slot, due_at, payload)
       values (gen_random_uuid(), 'digest', '0007', 'urgent', '2026-12-23 08:30+08',
         '{"from": "08:30", "to": "18:00", "workingDaysOnly": 1}')`,
    );
    await house.at('2026-12-23 20:00');
    expect((await timesOf(house, '0007')).at(-1)).toBe('12-21 08:30');
    await house.at('2026-12-24 08:30');
    expect((await timesOf(house, '0007')).at(-1)).toBe('12-24 08:30');
  });
});

describe('a stage that opens while nobody is at work', () => {
  const house = useHouse('2026-09-01 09:00');
  beforeAll(async () => {
    await house.reorganise(only(...crew));
    await house.launch('2026-09-01');
  });

  it('AUTO-28 the product was down over the opening and starts in the evening: the cards wait for the morning', async () => {
    await house.at('2026-09-21 21:00');
    expect((await house.person('0013').cards()).length).toBe(0);
    await house.at('2026-09-22 08:30');
    expect((await house.person('0013').cards()).length).toBe(1);
  });

  it('a renewal that is late by the same cause waits too', async () => {
    await house.at('2026-09-30 22:00');
    expect((await house.person('0013').cards()).length).toBe(1);
    await house.at('2026-10-08 08:30');
    expect((await house.person('0013').cards()).length).toBe(2);
  });
});
