/** Deliveries in both directions when the platform, the network or the clock misbehave. */
import { afterEach, describe, expect, it } from 'vitest';
import { wordsOf } from '../simulator/lark/card-words.ts';
import {
  HEAD,
  historyOf,
  openForm,
  ownCard,
  reviewCardOf,
  submit,
  wireAnswers,
} from './support/chain.ts';
import { delivery, forgedClick } from './support/forged.ts';
import { useLaunchedHouse } from './support/hooks.ts';
import { eventually } from './support/waiting.ts';

describe('deliveries under faults', () => {
  const house = useLaunchedHouse();
  afterEach(() => house.lark.faults.clear());

  const botMessages = async (code: string) =>
    (await house.person(code).messages()).filter(({ from }) => from === 'bot');
  const count = async (code: string) => (await botMessages(code)).length;
  const pending = () => house.rows(`select id from outbox where state = 'pending'`);
  const dead = () => house.rows(`select id, failure from outbox where state = 'dead'`);
  /** Everything is sent, however often it has to be tried in real time. */
  const allSent = () => eventually(async () => (await pending()).length === 0);
  /** How often the message that waits has been tried; none is under way. */
  const attempts = async (): Promise<number> => {
    const [row] = await house.rows<{ most: number }>(
      `select coalesce(max(attempts), 0)::int as most from outbox where state = 'pending' and lease_until is null`,
    );
    return row?.most ?? 0;
  };
  /** Moves the clock; the platform is asked once more, in vain. */
  const failsAgain = async (move: () => Promise<void>): Promise<void> => {
    const before = await attempts();
    await move();
    await eventually(async () => (await attempts()) > before);
  };

  it('every event delivered twice is answered once', async () => {
    const person = house.person('0006');
    const before = await count('0006');
    for (const act of [
      () => person.say('帮助'),
      () => person.say('待办'),
      () => person.menu('progress'),
    ]) {
      house.lark.faults.set({ kind: 'duplicateEvents', times: 1 });
      await act();
    }
    await house.settle();
    expect(await count('0006')).toBe(before + 3);
  });

  it('the same event ten times at once is answered once', async () => {
    const before = await count('0008');
    const event = delivery(house, 'im.message.receive_v1', {
      sender: { sender_id: { open_id: 'ou_demo_0008' }, sender_type: 'user' },
      message: {
        message_id: 'om_repeated',
        chat_id: 'oc_x',
        chat_type: 'p2p',
        message_type: 'text',
        content: JSON.stringify({ text: '帮助' }),
      },
    });
    const statuses = await Promise.all(Array.from({ length: 10 }, event));
    expect(statuses.every(({ status }) => status === 200)).toBe(true);
    await house.settle();
    expect(await count('0008')).toBe(before + 1);
  });

  it('RISK-06 a click delivered three times has one effect and one answer', async () => {
    const form = await openForm(house, '0010');
    const click = forgedClick(house, 'ou_demo_0010', form, '提交', wireAnswers);
    const [first, second] = await Promise.all([click(), click()]);
    const third = await click();
    expect(first.toast).toMatchObject({ type: 'success' });
    for (const repeat of [second, third]) {
      expect(repeat.toast).toEqual(first.toast);
      expect(repeat.card && wordsOf(repeat.card)).toEqual(first.card && wordsOf(first.card));
    }
    await house.settle();
    expect((await historyOf(house, '0010')).map(({ action }) => action)).toEqual(['submitted']);
  });

  it('RISK-12 the answer to a click is lost: the next click shows what has been decided', async () => {
    await submit(house, '0013');
    const head = house.person(HEAD);
    const card = await reviewCardOf(house, HEAD, '丁若溪');
    house.lark.faults.set({ kind: 'dropCallbackAnswer', times: 1 });
    const lost = await head.click('同意', { card, values: { 意见: '同意' } });
    expect(lost.error?.code).toBe('200341');
    const again = await head.click('同意', { card, values: { 意见: '同意' } });
    expect(again.toast?.type).toBe('warning');
    expect(head.buttons(again.card)).not.toContain('同意');
    expect((await historyOf(house, '0013')).map(({ action }) => action)).toEqual([
      'submitted',
      'agreed',
    ]);
    await house.settle();
  });

  it.each([
    ['lost', { kind: 'lost', times: 1 }],
    ['lost three times', { kind: 'lost', times: 3 }],
    ['500', { kind: 'error500', times: 2 }],
    ['429', { kind: 'rateLimited', times: 2, resetSeconds: 1 }],
    ['a dead token', { kind: 'tokenRefused', times: 1 }],
  ] as const)('platform answer %s: exactly one message in the chat', async (_name, fault) => {
    const person = house.person('0009');
    const before = await count('0009');
    house.lark.faults.set(fault);
    await person.say('帮助');
    await allSent();
    expect(await count('0009')).toBe(before + 1);
    expect(house.lark.faults.list()).toEqual([]);
    expect(await dead()).toEqual([]);
  });

  it('a token that stays dead is an administrator’s matter: the message waits and is sent in the end', async () => {
    const before = await count('0009');
    house.lark.faults.set({ kind: 'tokenRefused', times: 4 });
    await house.person('0009').say('帮助');
    await eventually(
      async () =>
        (await house.rows(`select id from outbox where state = 'pending' and failure is not null`))
          .length > 0,
    );
    house.lark.faults.clear();
    await house.at('2026-09-21 09:05');
    await allSent();
    expect(await count('0009')).toBe(before + 1);
  });

  it('the platform hangs: the call is given up after ten seconds and the message arrives once', async () => {
    const before = await count('0011');
    house.lark.faults.set({ kind: 'hang', times: 1 });
    await house.person('0011').say('帮助');
    await allSent();
    expect(await count('0011')).toBe(before + 1);
  });

  it.each(['lost', 'error500', 'rateLimited'] as const)(
    'RISK-12 an update struck by %s: the card is right in the end',
    async (kind) => {
      const code = { lost: '0014', error500: '0016', rateLimited: '0019' }[kind];
      house.lark.faults.set({ kind, times: 1, target: 'update' });
      await submit(house, code);
      const author = house.person(code);
      await author.click('撤回', { card: await ownCard(house, code) });
      await eventually(async () => house.lark.faults.list().length === 0);
      await allSent();
      const [reviewer] = await house.rows<{ code: string }>(
        `select l.person_code as code from live_card l join procedure p on l.subject = 'procedure:' || p.id
         where p.subject_person = '${code}' and l.person_code <> '${code}'`,
      );
      const head = house.person(reviewer?.code ?? '');
      expect(head.buttons(await head.lastCard())).not.toContain('同意');
    },
  );

  it('an outage of three hours after a lost answer: the chat is looked through, one message', async () => {
    const person = house.person('0017');
    const before = await count('0017');
    house.lark.faults.set({ kind: 'lost', times: 1 });
    await person.say('帮助');
    await eventually(async () => house.lark.faults.list().length === 0);
    house.lark.faults.set({ kind: 'error500', times: 1000 });
    await failsAgain(() => house.jump('2026-09-21 09:40'));
    // Nothing can be sent yet, but it is found where the first attempt has put it.
    await house.jump('2026-09-21 12:10');
    await allSent();
    expect(await count('0017')).toBe(before + 1);
  });

  it('an outage of a whole day loses nothing', async () => {
    const person = house.person('0018');
    const before = await count('0018');
    house.lark.faults.set({ kind: 'error500', times: 10_000 });
    await person.say('帮助');
    while ((await attempts()) < 30) await failsAgain(() => house.clock.advance('PT6M'));
    house.lark.faults.clear();
    await house.clock.advance('P1D');
    await allSent();
    expect(await dead()).toEqual([]);
    expect(await count('0018')).toBe(before + 1);
  });
});
