import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { recordEffects } from '../db/effects.ts';
import {
  claimMessages,
  finishMessage,
  nextMessageAt,
  outboxState,
  postponeMessage,
  shortenClaims,
} from '../db/outbox.ts';
import type { Message } from '../domain/effect.ts';
import { messageRows } from '../services/mutate.ts';
import { at, type Bureau, NOW, openBureau } from './support/bureau.ts';

let bureau: Bureau;
beforeAll(async () => {
  bureau = await openBureau();
});
afterAll(() => bureau?.close());
beforeEach(async () => {
  await bureau.db.deleteFrom('outbox').execute();
});

const later = (ms: number, from = NOW): Date => new Date(from.getTime() + ms);
const LEASE = 120_000;
const none = { audit: [], timers: [], delivery: null };

const message = (key: string, person = '0013', notBefore?: Date): Message => ({
  key,
  to: { person },
  content: { kind: 'announce', subject: `procedure:${key}` },
  ...(notBefore === undefined ? {} : { notBefore }),
});
const send = (...messages: Message[]): Promise<void> =>
  recordEffects(bureau.db, { ...none, messages: messageRows(messages, NOW) });
const claim = async (now = NOW, limit = 48) =>
  claimMessages(bureau.db, now, later(LEASE, now), limit);
const keysAt = async (now = NOW, limit = 48): Promise<string[]> =>
  (await claim(now, limit)).map(({ key }) => key);
const one = async () => {
  const [row] = await claim();
  if (row === undefined) throw new Error('nothing to claim');
  return row;
};
const stored = (key: string) =>
  bureau.db
    .selectFrom('outbox')
    .selectAll()
    .where('idempotency_key', '=', key)
    .executeTakeFirstOrThrow();

describe('writing messages', () => {
  test('the same key is one message, in one transaction or in two', async () => {
    await send(message('a'), message('a'));
    await send({ ...message('a'), content: { kind: 'refresh', subject: 'other' } });
    const rows = await bureau.db.selectFrom('outbox').selectAll().execute();
    expect(rows).toHaveLength(1);
    expect(rows[0]?.content).toEqual({ kind: 'announce', subject: 'procedure:a' });
  });

  test('two transactions that write the same key at once write one message', async () => {
    await Promise.all([1, 2, 3, 4].map(() => send(message('b'))));
    expect(await keysAt()).toEqual(['b']);
  });

  test('a message goes to a person or to an address, never to both or neither', async () => {
    const address = { platform: 'lark', userId: 'ou_stranger' };
    await send({ key: 'c', to: { address }, content: { kind: 'card', card: {} } });
    expect(await one()).toMatchObject({ personCode: null, address });
    const [row] = messageRows([message('d')], NOW);
    if (row === undefined) throw new Error('no row');
    for (const broken of [
      { ...row, address },
      { ...row, person: null },
    ]) {
      const write = recordEffects(bureau.db, { ...none, messages: [broken] });
      await expect(write).rejects.toThrow('check constraint');
    }
  });
});

describe('claiming', () => {
  test('one message per receiver at a time, in the order they were written', async () => {
    await send(message('1'), message('2'), message('other', '0014'), message('3'));
    expect(await keysAt()).toEqual(['1', 'other']);
    expect(await keysAt()).toEqual([]);
    await finishMessage(bureau.db, await stored('1'), { state: 'sent', at: NOW });
    expect(await keysAt()).toEqual(['2']);
  });

  test('people without an account here do not wait for each other', async () => {
    const to = { address: { platform: 'lark', userId: 'ou_x' } };
    const content = { kind: 'card' as const, card: {} };
    await send({ key: 'x1', to, content }, { key: 'x2', to, content });
    expect(await keysAt()).toEqual(['x1', 'x2']);
  });

  test('not before its time, and not more than asked for, the longest waiting first', async () => {
    const people = ['0001', '0002', '0003', '0004'];
    const [first, second, third, fourth] = people.map((person, index) =>
      message(`at${index}`, person, later(index * 1_000)),
    );
    if (!first || !second || !third || !fourth) throw new Error('four messages');
    await send(fourth, third, second, first);
    expect(await keysAt(later(-1))).toEqual([]);
    expect((await keysAt(later(2_000), 2)).sort()).toEqual(['at0', 'at1']);
    expect(await keysAt(later(2_000))).toEqual(['at2']);
    expect(await keysAt(later(2_999))).toEqual([]);
    expect(await keysAt(later(3_000))).toEqual(['at3']);
  });

  test('two senders never get the same message', async () => {
    const people = Array.from({ length: 20 }, (_, n) => String(n + 1).padStart(4, '0'));
    await send(
      ...people.flatMap((person) => [
        message(`${person}-1`, person),
        message(`${person}-2`, person),
      ]),
    );
    const batches = await Promise.all(Array.from({ length: 8 }, () => keysAt(NOW, 5)));
    const all = batches.flat();
    expect(new Set(all).size).toBe(all.length);
    for (const key of all) expect(key).toMatch(/-1$/);
    const rest = (await keysAt(NOW, 100)).concat(all);
    expect(rest.sort()).toEqual(people.map((person) => `${person}-1`).sort());
  });

  test('a claim whose sender died ends by itself; the first attempt is remembered', async () => {
    await send(message('lost'));
    expect(await one()).toMatchObject({ attempts: 1, firstAttemptAt: NOW });
    expect(await keysAt(later(LEASE - 1))).toEqual([]);
    const [again] = await claim(later(LEASE));
    expect(again).toMatchObject({ key: 'lost', attempts: 2, firstAttemptAt: NOW });
  });
});

describe('finishing and putting off', () => {
  test.each(['sent', 'dead', 'dropped'] as const)('%s is an end', async (state) => {
    await send(message('end'));
    const row = await one();
    expect(await finishMessage(bureau.db, row, { state, at: later(5), failure: 'why' })).toBe(true);
    expect(await finishMessage(bureau.db, row, { state: 'sent', at: later(9) })).toBe(false);
    await postponeMessage(bureau.db, row, later(9), 'again', true);
    expect(await stored('end')).toMatchObject({
      state,
      finished_at: later(5),
      failure: 'why',
      lease_until: null,
    });
    expect(await keysAt(at('2027-01-01 09:00'))).toEqual([]);
  });

  test('a failed attempt counts, one that the platform never looked at does not', async () => {
    await send(message('try'));
    await postponeMessage(bureau.db, await one(), later(1_000), 'unavailable', true);
    expect(await stored('try')).toMatchObject({ attempts: 1, lease_until: null });
    expect(await keysAt(later(999))).toEqual([]);
    const [second] = await claim(later(1_000));
    expect(second?.attempts).toBe(2);
    if (second === undefined) throw new Error('nothing to claim');
    await postponeMessage(bureau.db, second, later(2_000), 'rateLimited', false);
    expect(await stored('try')).toMatchObject({ attempts: 1, failure: 'rateLimited' });
  });

  test('whoever lost the claim can neither end the message nor put it off', async () => {
    await send(message('taken'));
    const mine = await one();
    await shortenClaims(bureau.db, later(15_000));
    expect(await keysAt(later(14_999))).toEqual([]);
    const [theirs] = await claim(later(15_000));
    expect(theirs).toMatchObject({ key: 'taken', attempts: 2 });
    expect(await finishMessage(bureau.db, mine, { state: 'sent', at: later(16_000) })).toBe(false);
    await postponeMessage(bureau.db, mine, later(90_000), 'unavailable', true);
    expect(await stored('taken')).toMatchObject({ state: 'pending', not_before: NOW, attempts: 2 });
  });

  test('a claim that ends sooner is not made longer', async () => {
    await send(message('short'));
    await one();
    await shortenClaims(bureau.db, later(LEASE + 1));
    expect(await stored('short')).toMatchObject({ lease_until: later(LEASE) });
  });

  test('while a message is put off, the receiver’s later ones are not held up', async () => {
    await send(message('first'), message('second'));
    await postponeMessage(bureau.db, await one(), later(60_000), 'unavailable', true);
    expect(await keysAt()).toEqual(['second']);
  });
});

describe('what the administrator and the alarm clock see', () => {
  test('counts and the oldest message that is due', async () => {
    expect(await outboxState(bureau.db, NOW)).toEqual({ pending: 0, dead: 0, oldestDueAt: null });
    await send(message('due', '0001'), message('soon', '0002', later(1)), message('dead', '0003'));
    await finishMessage(bureau.db, await stored('dead'), { state: 'dead', at: NOW });
    expect(await outboxState(bureau.db, NOW)).toEqual({ pending: 2, dead: 1, oldestDueAt: NOW });
  });

  test('the next message is the earliest that can be claimed, not one that is being sent', async () => {
    expect(await nextMessageAt(bureau.db)).toBeNull();
    await send(message('now'), message('behind'), message('tomorrow', '0014', later(86_400_000)));
    expect(await nextMessageAt(bureau.db)).toEqual(NOW);
    const row = await one();
    expect(await nextMessageAt(bureau.db)).toEqual(later(LEASE));
    await finishMessage(bureau.db, row, { state: 'sent', at: NOW });
    expect(await nextMessageAt(bureau.db)).toEqual(NOW);
    await one();
    await bureau.db.deleteFrom('outbox').where('idempotency_key', '=', 'behind').execute();
    expect(await nextMessageAt(bureau.db)).toEqual(later(86_400_000));
  });
});

test('the times of a message are kept to the millisecond', async () => {
  const odd = new Date('2026-09-21T01:02:03.456Z');
  await send(message('odd', '0013', odd));
  const { rows } = await sql<{ at: string }>`
    select to_char(not_before at time zone 'UTC', 'HH24:MI:SS.US') as at from outbox`.execute(
    bureau.db,
  );
  expect(rows).toEqual([{ at: '01:02:03.456000' }]);
});
