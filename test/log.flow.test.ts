/** The log of a whole chain: ids that lead back to what happened, and nothing that anybody wrote or is called. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../logger.ts';
import { answers, HEAD, LEADER, meeting, OFFICE, register, submit } from './support/chain.ts';
import { forgedAction } from './support/forged.ts';
import { type House, openHouse } from './support/house.ts';
import { eventually } from './support/waiting.ts';

const SECRETS = {
  content: '紫藤架下收过三斤核桃',
  manifestation: '雨夜里放过一辆车',
  measures: '钥匙改由两人分管',
  opinion: '此事可参照乙巳年旧例',
  typed: '芝麻街四十二号有事',
  strange: 'made.up.紫藤',
};

type Line = Readonly<Record<string, unknown>>;

describe('the log of a chain', () => {
  let house: House;
  const text: string[] = [];
  const lines = (): readonly Line[] => text.map((line): Line => JSON.parse(line));
  const called = (message: string): readonly Line[] => lines().filter(({ msg }) => msg === message);

  beforeAll(async () => {
    const logger = createLogger('debug', { write: (line: string) => void text.push(line) });
    house = await openHouse('2026-09-21 09:00', { logger });
    await house.launch();
    const values = {
      ...answers,
      风险内容: SECRETS.content,
      表现形式: SECRETS.manifestation,
      防控措施: SECRETS.measures,
    };
    await register(house, '0013', '丁若溪', values);
    await submit(house, '0014', values);
    house.lark.faults.set({ kind: 'error500', times: 1 });
    await house.person('0010').say(SECRETS.typed);
    await eventually(
      async () =>
        (
          await house.rows(
            `select 1 from outbox where state = 'pending' and idempotency_key like 'answer-%'`,
          )
        ).length === 0,
    );
    await forgedAction(house, 'ou_demo_0010', { a: SECRETS.strange, p: {} })();
    await forgedAction(house, 'ou_nobody', { a: 'task.show', p: {} })();
    await house.at('2026-10-14 09:00');
  });
  afterAll(() => house?.close());

  it('names the event, the person and the action of every delivery', async () => {
    const clicks = called('delivery handled').filter(({ kind }) => kind === 'action');
    const done = clicks.map(({ person, action, outcome }) => ({ person, action, outcome }));
    expect(done).toContainEqual({ person: '0013', action: 'selfCheck.submit', outcome: 'ok' });
    for (const person of [HEAD, LEADER, OFFICE])
      expect(done).toContainEqual({ person, action: 'review.agree', outcome: 'ok' });
    expect(done).toContainEqual({ person: '0010', action: 'unknown', outcome: 'refused' });
    expect(clicks.filter(({ person }) => person === undefined)).toHaveLength(1);
    const answered = await house.rows<{ id: string }>('select event_id as id from inbox');
    const logged = new Set(called('delivery handled').map(({ eventId }) => eventId));
    expect(answered.length).toBeGreaterThan(5);
    expect(answered.filter(({ id }) => !logged.has(id))).toEqual([]);
  });

  it('names every message by its outbox id, with how it went', async () => {
    const sent = await house.rows<{ id: string }>(
      `select id from outbox where state = 'sent' and content ->> 'kind' in ('card', 'announce', 'digest')`,
    );
    const logged = new Set(
      called('platform called').flatMap(({ message, outcome }) =>
        outcome === 'ok' ? message : [],
      ),
    );
    expect(sent.length).toBeGreaterThan(20);
    expect(sent.filter(({ id }) => !logged.has(id))).toEqual([]);
    expect(called('platform called').some(({ outcome }) => outcome === 'unavailable')).toBe(true);
  });

  it('names every timer that had its effect', () => {
    const fired = called('timer done');
    const kinds = fired.map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['task', 'digest', 'renewCard', 'reassign']));
    for (const line of fired) {
      expect(line).toMatchObject({ timer: expect.any(String), subject: expect.any(String) });
      expect(Number(line['lateMs'])).toBeGreaterThanOrEqual(0);
    }
  });

  it('repeats nothing that was written, no name, no account and no secret', async () => {
    const people = await house.rows<{ name: string; account: string }>(
      'select p.name, i.platform_user_id as account from person p join person_identity i on i.person_code = p.code',
    );
    const { lark, sessionSecret } = house.config;
    const hidden = [
      ...Object.values(SECRETS),
      ...Object.values(answers),
      ...Object.values(meeting).flat().map(String),
      ...people.flatMap(({ name, account }) => [name, account]),
      ...[lark?.appSecret, lark?.encryptKey, lark?.verificationToken, sessionSecret],
      'ou_nobody',
    ].filter((word) => word !== undefined && word !== null);
    const log = text.join('');
    expect(hidden.length).toBeGreaterThan(40);
    expect(hidden.filter((word) => log.includes(word))).toEqual([]);
    expect(/\bt-[0-9a-f]{20}/.exec(log)).toBeNull();
    // Not a single Chinese character: every word of a user or a card would show.
    expect(/\p{Script=Han}/u.exec(log)).toBeNull();
  });
});
