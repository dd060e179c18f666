import { sql } from 'kysely';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Delivery, Messenger, SentRef } from '../bot/messenger.ts';
import { connect } from '../db/client.ts';
import { recordEffects } from '../db/effects.ts';
import { createTurn } from '../db/singleton.ts';
import type { Message } from '../domain/effect.ts';
import { createOutboxPump, type OutboxPump } from '../jobs/outbox.ts';
import { claimDueMessages } from '../services/dispatch.ts';
import { messageRows } from '../services/mutate.ts';
import { type Bureau, NOW, openBureau, ZONE } from './support/bureau.ts';
import { pause } from './support/waiting.ts';

let bureau: Bureau;
const pumps: OutboxPump[] = [];
let progress = 0;
beforeAll(async () => {
  bureau = await openBureau();
});
afterAll(() => bureau?.close());
beforeEach(async () => {
  progress = 0;
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

function pumpOf(messengers: ReadonlyMap<string, Messenger>, now = () => NOW): OutboxPump {
  const alarm = {
    wake: () => undefined,
    depths: async () => ({}),
    close: async () => undefined,
  };
  const logger = pino({ level: 'silent' });
  const pump = createOutboxPump({
    db: bureau.db,
    now,
    zone: ZONE,
    messengers,
    alarm,
    logger,
    stopping: new AbortController().signal,
    progress: () => {
      progress += 1;
    },
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
    await expect.poll(() => sent.length).toBe(199);
    expect(sent).not.toContain('ou_0');
    // A run that lasts long is no run that hangs.
    expect(progress).toBe(199);
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
    await pause(700);
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

describe('whoever takes the turn', () => {
  const later = (ms: number): Date => new Date(NOW.getTime() + ms);

  test('goes on within a quarter of a minute with what a killed sender had claimed', async () => {
    await write(3);
    expect(await claimDueMessages(bureau.db, NOW, 2)).toHaveLength(2);
    const { sent, messengers } = platformWith();
    let now = NOW;
    const pump = pumpOf(messengers, () => now);
    await pump.run();
    expect(sent).toEqual(['ou_2']);
    now = later(14_999);
    await pump.run();
    expect(sent).toEqual(['ou_2']);
    now = later(15_000);
    await pump.run();
    expect(sent.toSorted()).toEqual(['ou_0', 'ou_1', 'ou_2']);
  });

  test('counts what was sent before it, also when the first look at that fails', async () => {
    const [first, second] = [platformWith({ minute: 3 }), platformWith({ minute: 3 })];
    const [mine, other] = [pumpOf(first.messengers), pumpOf(second.messengers)];
    await write(3);
    await mine.run();
    await mine.close();
    await write(1, 3);
    await sql`alter table outbox rename column finished_at to away`.execute(bureau.db);
    await expect(other.run()).rejects.toThrow('finished_at');
    expect(other.isMine()).toBe(false);
    await sql`alter table outbox rename column away to finished_at`.execute(bureau.db);
    const running = other.run();
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(second.sent).toEqual([]);
    await other.close();
    await running;
  });

  test('has it alone: the one that lost it puts back what it has not sent', async () => {
    const [first, second] = [platformWith({ minute: 2 }), platformWith()];
    const [mine, other] = [pumpOf(first.messengers), pumpOf(second.messengers)];
    await write(30);
    const running = mine.run();
    await expect.poll(() => first.sent.length).toBe(2);
    await sql`select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and pid <> pg_backend_pid()
        and database = (select oid from pg_database where datname = current_database())`.execute(
      bureau.db,
    );
    await expect.poll(() => other.run().then(other.isMine)).toBe(true);
    await running.catch(() => undefined);
    expect(mine.isMine()).toBe(false);
    await other.run();
    expect([first.sent.length, second.sent.length]).toEqual([2, 28]);
    expect(await states()).toEqual({ sent: 30 });
  }, 15_000);
});

describe('a turn that cannot be given up in order', () => {
  /** A database in which `name` fails, as it does when a statement takes too long. */
  const without = async (name: string): Promise<string> => {
    await sql`create schema if not exists broken`.execute(bureau.db);
    const body = `returns boolean language plpgsql as $$ begin raise exception 'broken'; end $$`;
    await sql.raw(`create or replace function broken.${name} ${body}`).execute(bureau.db);
    return `${bureau.url}?options=${encodeURIComponent('-c search_path=broken,pg_catalog,public')}`;
  };
  test.each([
    ['at its end', 'pg_advisory_unlock(int, int)', 'taken'],
    ['at its beginning', 'set_config(text, text, boolean)', 'failed'],
  ])('%s is not kept by a connection in the pool', async (_, broken, first) => {
    const db = connect(await without(broken), 2);
    const [mine, other] = [createTurn(db, 'stuck'), createTurn(bureau.db, 'stuck')];
    try {
      expect(await mine.take().catch(() => 'failed')).toBe(first);
      await mine.release();
      await expect.poll(() => other.take()).toBe('taken');
    } finally {
      await other.release();
      await db.destroy();
      await sql`drop schema broken cascade`.execute(bureau.db);
    }
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
    // Their turn would have come after a minute.
    expect(performance.now() - began).toBeLessThan(30_000);
    const { rows } = await sql<{ attempts: number; leased: number; count: number }>`
      select max(attempts) as attempts, count(lease_until)::int as leased, count(*)::int as count
      from outbox where state = 'pending'`.execute(bureau.db);
    expect(rows).toEqual([{ attempts: 0, leased: 0, count: 28 }]);
  });
});
