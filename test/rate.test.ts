import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MessengerLimits } from '../bot/messenger.ts';
import { createBudget } from '../jobs/rate.ts';

const limitsOf = (second: number, minute: number, person: number): MessengerLimits => ({
  sendsPerSecond: second,
  sendsPerMinute: minute,
  sendsPerSecondPerPerson: person,
  updatesPerSecondPerMessage: 5,
  keyLifetimeMs: 3_600_000,
  cardLifetimeMs: 86_400_000,
});

function budgetAt(limits: MessengerLimits) {
  let time = 10_000;
  const budget = createBudget(limits, () => time);
  let messages = 0;
  return {
    ...budget,
    spend: (receiver: string, id?: string) => {
      messages += 1;
      return budget.spend(receiver, id ?? `own${messages}`);
    },
    wait: (ms: number) => {
      time += ms;
    },
    now: () => time,
  };
}

const sent = (id: string, ageMs: number) => ({ id, ageMs });

describe('the sending budget', () => {
  test('counts all receivers together by the second', () => {
    const budget = budgetAt(limitsOf(4, 100, 100));
    for (const receiver of ['a', 'b', 'c', 'd']) {
      expect(budget.spend(receiver)).toBe(0);
      budget.wait(250);
    }
    expect(budget.spend('e')).toBe(0);
  });

  test('spreads a second’s messages over the second', () => {
    const budget = budgetAt(limitsOf(4, 100, 100));
    expect([budget.spend('a'), budget.spend('b')]).toEqual([0, 250]);
    budget.wait(249);
    expect(budget.spend('b')).toBe(1);
    budget.wait(1);
    expect(budget.spend('b')).toBe(0);
  });

  test('counts what another process sent before', () => {
    const budget = budgetAt(limitsOf(50, 3, 100));
    budget.remember([sent('x', 1_000), sent('y', 59_000), sent('z', 30_000)]);
    expect(budget.spend('a')).toBe(1_000);
    budget.wait(1_000);
    expect(budget.spend('a')).toBe(0);
    expect(budget.spend('b')).toBe(29_000);
  });

  test('counts a message once, when it is told of it again or went out here', () => {
    const budget = budgetAt(limitsOf(50, 4, 100));
    expect(budget.spend('a', 'mine')).toBe(0);
    budget.wait(100);
    budget.remember([sent('theirs', 2_000), sent('mine', 50)]);
    budget.remember([sent('theirs', 2_000), sent('mine', 50)]);
    expect(budget.spend('b', 'second')).toBe(0);
    budget.wait(100);
    expect(budget.spend('c', 'third')).toBe(0);
    budget.wait(100);
    expect(budget.spend('d', 'fourth')).toBeGreaterThan(0);
  });

  test('what it was told before gives way to what it is told now', () => {
    const budget = budgetAt(limitsOf(50, 2, 100));
    budget.remember([sent('x', 10_000), sent('y', 20_000)]);
    budget.remember([sent('y', 20_000)]);
    expect(budget.spend('a')).toBe(0);
  });

  test('counts one receiver alone, others are not held up', () => {
    const budget = budgetAt(limitsOf(100, 100, 1));
    expect(budget.spend('a')).toBe(0);
    budget.wait(10);
    expect([budget.spend('a'), budget.spend('b')]).toEqual([990, 0]);
  });

  test('counts the minute', () => {
    const budget = budgetAt(limitsOf(2, 3, 100));
    for (let sent = 0; sent < 3; sent += 1) {
      expect(budget.spend(String(sent))).toBe(0);
      budget.wait(1_000);
    }
    expect(budget.spend('x')).toBe(57_000);
    budget.wait(57_000);
    expect(budget.spend('x')).toBe(0);
  });

  test('a refusal of the platform stops everybody for as long as it asked, the longest wish counts', () => {
    const budget = budgetAt(limitsOf(5, 100, 5));
    budget.pause(5_000);
    budget.pause(1_000);
    expect([budget.spend('a'), budget.spend('b')]).toEqual([5_000, 5_000]);
    budget.wait(5_000);
    expect(budget.spend('a')).toBe(0);
  });

  test('asking does not spend: waiting as long as told is enough', () => {
    const budget = budgetAt(limitsOf(1, 100, 1));
    budget.spend('a');
    for (let asked = 0; asked < 50; asked += 1) expect(budget.spend('b')).toBe(1_000);
    budget.wait(1_000);
    expect(budget.spend('b')).toBe(0);
  });

  test('no window ever holds more than its limit, whatever the order', () => {
    const moves = fc.array(
      fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer({ min: 0, max: 700 })),
      {
        maxLength: 120,
      },
    );
    fc.assert(
      fc.property(
        moves,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 4, max: 9 }),
        (all, second, minute) => {
          const budget = budgetAt(limitsOf(second, minute, 1));
          const sent: { at: number; to: string }[] = [];
          for (const [to, pause] of all) {
            budget.wait(pause);
            const wait = budget.spend(to);
            if (wait > 0) {
              budget.wait(wait);
              expect(budget.spend(to)).toBe(0);
            }
            sent.push({ at: budget.now(), to });
          }
          for (const { at, to } of sent) {
            const within = (ms: number) => sent.filter((one) => one.at > at - ms && one.at <= at);
            expect(within(1_000).length).toBeLessThanOrEqual(second);
            expect(within(60_000).length).toBeLessThanOrEqual(minute);
            expect(within(1_000).filter((one) => one.to === to).length).toBeLessThanOrEqual(1);
          }
        },
      ),
    );
  });

  test('thousands of receivers are forgotten again, and none of their limits with them', () => {
    const budget = budgetAt(limitsOf(100_000, 100_000, 1));
    for (let index = 0; index < 5_000; index += 1) expect(budget.spend(`p${index}`)).toBe(0);
    expect(budget.spend('p0')).toBe(1_000);
    expect(budget.spend('p4999')).toBe(1_000);
  });
});
