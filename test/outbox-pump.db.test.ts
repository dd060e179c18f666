import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Delivery, Messenger, SentRef } from '../bot/messenger.ts';
import { recordEffects } from '../db/effects.ts';
import { createTurn } from '../db/singleton.ts';
import type { Message } from '../domain/effect.ts';
import { createOutboxPump, type OutboxPump } from '../jobs/outbox.ts';
import { messageRows } from '../services/mutate.ts';
import { type Bureau, NOW, openBureau, ZONE } from './support/bureau.ts';

let bureau: Bureau;
const pumps: OutboxPump[] = [];
beforeAll(async () => {
  bureau = await openBureau();
});
afterAll(() => bureau?.close());
beforeEach(async () => {
  await bureau.db.deleteFrom('outbox').execute();
});
afterEach(async () => {
  await Promise.all(pumps.splice(0).map((pump) => pump.close()));
});

const card = { title: '提醒', tone: 'info', blocks: [] };
const message = (index: number): Message => ({
  key: `k${index}`,
  to: { address: { platform: 'lark', userId: `ou_${index}` } },
  content: { kind: 'card', card },
});
const write = (count: number, from = 0): Promise<void> =>
  recordEffects(bureau.db, {
    audit: [],
    timers: [],
    delivery: null,
    messages: messageRows(
      Array.from({ length: count }, (_, n) => message(from + n)),
      NOW,
    ),
  });
const states = async (): Promise<Readonly<Record<string, number>>> => {
  const { rows } = await sql<{ state: string; count: number }>`
    select state, count(*)::int as count from outbox group by 1 order by 1`.execute(bureau.db);
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};

/** A platform that takes everything; `hangs` are the users for whom it never answers in time. */
function platformWith(
  limits: { readonly second?: number; readonly minute?: number } = {},
  hang: (userId: string) => Promise<void> = async () => undefined,
) {
  const sent: string[] = [];
  const never = async (): Promise<never> => {
    throw new Error('not asked for here');
  };
  const send = async (userId: string): Promise<Delivery<SentRef>> => {
    await hang(userId);
    sent.push(userId);
    return { ok: true, value: { messageRef: `om_${userId}`, chatRef: `oc_${userId}` } };
  };
  const messenger: Messenger = {
    platform: 'lark',
    limits: {
      sendsPerSecond: limits.second ?? 1_000,
      sendsPerMinute: limits.minute ?? 10_000,
      sendsPerSecondPerPerson: 5,
      updatesPerSecondPerMessage: 5,
      keyLifetimeMs: 3_600_000,
      cardLifetimeMs: 14 * 86_400_000,
    },
    send,
    sendText: never,
    sendFile: never,
    update: never,
    find: never,
  };
  return { sent, messengers: new Map([['lark', messenger]]) };
}

function pumpOf(messengers: ReadonlyMap<string, Messenger>): OutboxPump {
  const alarm = {
    wake: () => undefined,
    depths: async () => ({}),
    close: async () => undefined,
  };
  const logger = pino({ level: 'silent' });
  const pump = createOutboxPump({
    db: bureau.db,
    now: () => NOW,
    zone: ZONE,
    messengers,
    alarm,
    logger,
    stopping: new AbortController().signal,
  });
  pumps.push(pump);
  return pump;
}

describe('a message that hangs', () => {
  test('takes one place; all the others go out meanwhile', async () => {
    let answer = (): void => undefined;
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const { sent, messengers } = platformWith({}, async (user) => {
      if (user === 'ou_0') await answered;
    });
    await write(200);
    const running = pumpOf(messengers).run();
    await expect.poll(() => sent.length, { timeout: 10_000 }).toBe(199);
    expect(sent).not.toContain('ou_0');
    answer();
    await running;
    expect(await states()).toEqual({ sent: 200 });
  });
});

describe('the turn', () => {
  test('stays with the process that has it, and its limits with it', async () => {
    const [first, second] = [platformWith(), platformWith()];
    const [mine, other] = [pumpOf(first.messengers), pumpOf(second.messengers)];
    await write(1);
    await mine.run();
    await write(5, 1);
    await other.run();
    expect([first.sent.length, second.sent.length]).toEqual([1, 0]);
    await mine.run();
    expect([first.sent.length, second.sent.length]).toEqual([6, 0]);
  });

  test('passes on when it is given up; what was sent before counts for the next one', async () => {
    const [first, second] = [platformWith({ minute: 3 }), platformWith({ minute: 3 })];
    const [mine, other] = [pumpOf(first.messengers), pumpOf(second.messengers)];
    await write(3);
    await mine.run();
    await mine.close();
    await write(1, 3);
    const running = other.run();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect([first.sent.length, second.sent.length]).toEqual([3, 0]);
    await other.close();
    await running;
    expect(await states()).toEqual({ pending: 1, sent: 3 });
  });

  test('is lost with its connection, and taken by whoever asks next', async () => {
    const [mine, other] = [createTurn(bureau.db, 'tried'), createTurn(bureau.db, 'tried')];
    expect([await mine.take(), await mine.take(), await other.take()]).toEqual([
      'taken',
      'kept',
      'elsewhere',
    ]);
    await sql`select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and pid <> pg_backend_pid()
        and database = (select oid from pg_database where datname = current_database())`.execute(
      bureau.db,
    );
    await expect.poll(() => other.take()).toBe('taken');
    expect(await mine.take()).toBe('elsewhere');
    await Promise.all([mine.release(), other.release()]);
    expect(await mine.take()).toBe('taken');
    await mine.release();
  });
});

describe('a process that is closing', () => {
  test('puts back what still waits for its turn, at once and uncounted', async () => {
    const { sent, messengers } = platformWith({ minute: 2 });
    const pump = pumpOf(messengers);
    await write(30);
    const running = pump.run();
    await expect.poll(() => sent.length).toBe(2);
    const began = performance.now();
    await pump.close();
    await running;
    expect(performance.now() - began).toBeLessThan(3_000);
    const { rows } = await sql<{ attempts: number; leased: number; count: number }>`
      select max(attempts) as attempts, count(lease_until)::int as leased, count(*)::int as count
      from outbox where state = 'pending'`.execute(bureau.db);
    expect(rows).toEqual([{ attempts: 0, leased: 0, count: 28 }]);
  });
});
