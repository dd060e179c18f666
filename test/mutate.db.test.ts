import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connect, type Writer } from '../db/client.ts';
import { refuse } from '../domain/refusal.ts';
import type { Context } from '../services/context.ts';
import { greetOnce, noteChat } from '../services/identity.ts';
import { attempt, type Change, mutate, newId, required } from '../services/mutate.ts';
import { saveDraft } from '../services/self-check.ts';
import { createUnitOfWork, type UnitOfWork } from '../services/unit-of-work.ts';
import { at, type Bureau, fingerprint, formOf, must, NOW, openBureau } from './support/bureau.ts';
import { pointWith } from './support/shipped-profile.ts';

let bureau: Bureau;
beforeAll(async () => {
  bureau = await openBureau();
});
afterAll(() => bureau?.close());

let seen: Awaited<ReturnType<typeof fingerprint>>;
beforeEach(async () => {
  seen = await fingerprint(bureau);
});
const changedTables = async (): Promise<string[]> => {
  const now = await fingerprint(bureau);
  return Object.keys(now).filter((table) => now[table] !== seen[table]);
};

/** Writes into every kind of row a verb may leave behind, under a name of its own. */
const leave = async (trx: Writer, name: string): Promise<Change<string>> => {
  await trx
    .insertInto('calendar_override')
    .values({ day: `2027-01-${name}`, working: false, note: name })
    .execute();
  return {
    value: name,
    audit: [{ subject: `test:${name}`, action: 'test.left', fields: { name } }],
    messages: [
      { key: `m-${name}`, to: { person: '0013' }, content: { kind: 'announce', subject: 'x' } },
    ],
    timers: [{ kind: 'test', subject: name, slot: 's', dueAt: NOW }],
  };
};
const everything = [
  'audit_entry',
  'audit_head',
  'audit_moved',
  'audit_opening',
  'calendar_override',
  'outbox',
  'timer',
];

describe('a verb’s transaction', () => {
  test('writes state, audit, messages and timers together', async () => {
    expect(await attempt(bureau.admin(), (trx) => leave(trx, '01'))).toEqual({
      ok: true,
      value: '01',
    });
    expect(await changedTables()).toEqual(everything);
    const message = await bureau.db
      .selectFrom('outbox')
      .selectAll()
      .where('idempotency_key', '=', 'm-01')
      .executeTakeFirstOrThrow();
    expect(message).toMatchObject({
      person_code: '0013',
      address: null,
      created_at: NOW,
      not_before: NOW,
      state: 'pending',
      attempts: 0,
    });
  });

  test('a refusal takes back everything, also what was written before it', async () => {
    const result = await attempt(bureau.admin(), async (trx) => {
      await leave(trx, '02');
      return required<Change<null>>(refuse('stale'));
    });
    expect(result).toEqual({ ok: false, refusal: { code: 'stale' } });
    expect(await changedTables()).toEqual([]);
  });

  test('a breakdown takes back everything and is not mistaken for a refusal', async () => {
    const broken = attempt(bureau.admin(), async (trx) => {
      await leave(trx, '03');
      throw new Error('broken');
    });
    await expect(broken).rejects.toThrow('broken');
    expect(await changedTables()).toEqual([]);
  });

  test('effects that cannot be written take the state with them', async () => {
    const stranger = mutate(bureau.admin(), async (trx) => {
      const change = await leave(trx, '04');
      const to = { person: 'nobody' };
      const message = { key: 'm-04b', to, content: { kind: 'announce', subject: 'x' } } as const;
      return { ...change, messages: [message] };
    });
    await expect(stranger).rejects.toThrow('foreign key');
    expect(await changedTables()).toEqual([]);
  });

  test('required passes the value of a success on', () => {
    expect(required({ ok: true, value: 7 })).toBe(7);
  });
});

describe('verbs that share the transaction of a delivery', () => {
  const sharing = (): { ctx: Context; work: ReturnType<typeof createUnitOfWork> } => {
    const work = createUnitOfWork(bureau.db);
    return { ctx: { ...bureau.admin(), work }, work };
  };
  const delivery = (eventId: string) => ({
    platform: 'lark',
    eventId,
    receivedAt: NOW,
    reply: { toast: null },
  });
  const nothing = { audit: [], messages: [], timers: [] };
  const ctxOf = (work: UnitOfWork, person = '0013'): Context => ({ ...bureau.as(person), work });
  const idleTransactions = async (): Promise<number | undefined> => {
    const { rows } = await sql<{ open: number }>`
      select count(*)::int as open from pg_stat_activity
      where datname = current_database() and state like 'idle in transaction%'`.execute(bureau.db);
    return rows[0]?.open;
  };

  test('nothing is visible before the commit, everything after it', async () => {
    const { ctx, work } = sharing();
    await mutate(ctx, (trx) => leave(trx, '05'));
    await mutate(ctx, (trx) => leave(trx, '06'));
    expect(await changedTables()).toEqual([]);
    await work.commit(delivery('e-05'), nothing);
    expect(await changedTables()).toEqual([...everything, 'inbox'].sort());
  });

  test('a refused verb takes the earlier ones with it, a later one starts afresh', async () => {
    const { ctx, work } = sharing();
    await mutate(ctx, (trx) => leave(trx, '07'));
    const refused = await attempt<null>(ctx, async (trx) => {
      await leave(trx, '08');
      return required(refuse('wrongState'));
    });
    expect(refused.ok).toBe(false);
    expect(await changedTables()).toEqual([]);
    await mutate(ctx, (trx) => leave(trx, '09'));
    await work.commit(delivery('e-09'), nothing);
    const keys = await bureau.db
      .selectFrom('outbox')
      .select('idempotency_key as key')
      .where('idempotency_key', 'in', ['m-07', 'm-08', 'm-09'])
      .execute();
    expect(keys).toEqual([{ key: 'm-09' }]);
  });

  test('what was collected before is there for a verb that opens the transaction', async () => {
    const { ctx, work } = sharing();
    await bureau.launch();
    const { procedureId, revision } = await formOf(bureau, '0013');
    must(await saveDraft(ctxOf(work), { procedureId, revision }, pointWith()));
    const read = await mutate(ctx, async (trx) => {
      const row = await trx
        .selectFrom('procedure')
        .select('revision')
        .where('id', '=', procedureId)
        .executeTakeFirstOrThrow();
      return { ...(await leave(trx, '11')), value: row.revision };
    });
    expect(read).toBe(revision + 1);
    expect((await formOf(bureau, '0013')).revision).toBe(revision);
    await work.commit(delivery('e-11'), nothing);
    expect((await formOf(bureau, '0013')).revision).toBe(revision + 1);
  });

  test('a collected move that is outdated fails the opening, and gives the connection back', async () => {
    const { work } = sharing();
    const { procedureId, revision } = await formOf(bureau, '0014');
    must(await saveDraft(ctxOf(work, '0014'), { procedureId, revision }, pointWith()));
    must(await saveDraft(bureau.as('0014'), { procedureId, revision }, pointWith()));
    await expect(work.begin()).rejects.toThrow('the procedure has moved');
    await work.rollback();
    expect(await idleTransactions()).toBe(0);
  });

  test('a commit that fails leaves nothing and gives the connection back', async () => {
    const { ctx, work } = sharing();
    await mutate(ctx, (trx) => leave(trx, '10'));
    await expect(work.commit(delivery('e-09'), nothing)).rejects.toThrow('inbox');
    await work.rollback();
    await work.rollback();
    expect(await changedTables()).toEqual([]);
    expect(await idleTransactions()).toBe(0);
  });

  test('a database that cannot be reached is no transaction, and asking again is allowed', async () => {
    const nowhere = connect('postgres://nobody@127.0.0.1:1/none', 1);
    const work = createUnitOfWork(nowhere);
    await expect(work.begin()).rejects.toThrow('ECONNREFUSED');
    await work.rollback();
    await expect(work.begin()).rejects.toThrow('ECONNREFUSED');
    await nowhere.destroy();
  });

  test('asked for at the same time there is still one transaction', async () => {
    const { work } = sharing();
    const [first, second] = await Promise.all([work.begin(), work.begin()]);
    await work.rollback();
    expect(first).toBe(second);
  });
});

describe('greeting', () => {
  test('a person is greeted once, also when two chats are opened at the same moment', async () => {
    const ctx = bureau.as('0013', at('2026-09-22 08:00'));
    const both = await Promise.all([1, 2].map(() => greetOnce(ctx, 'lark', 'ou_demo_0013')));
    expect(both.sort()).toEqual([false, true]);
    expect(await greetOnce(ctx, 'lark', 'ou_demo_0013')).toBe(false);
    const row = await bureau.db
      .selectFrom('person_identity')
      .select('greeted_at')
      .where('person_code', '=', '0013')
      .executeTakeFirstOrThrow();
    expect(row.greeted_at).toEqual(ctx.now);
    const greetings = await bureau.db
      .selectFrom('audit_entry')
      .select('subject')
      .where('body', 'like', '%"action":"person.greeted"%')
      .execute();
    expect(greetings).toHaveLength(1);
  });

  test('an account that is not known is not greeted', async () => {
    expect(await greetOnce(bureau.as('0013'), 'lark', 'ou_nobody')).toBe(false);
    expect(await greetOnce(bureau.as('0013'), 'wecom', 'ou_demo_0014')).toBe(false);
    expect(await changedTables()).toEqual([]);
  });

  test('the chat somebody opens again is remembered', async () => {
    const ctx = bureau.as('0014', at('2026-09-22 08:00'));
    const user = ['lark', 'ou_demo_0014'] as const;
    expect(await greetOnce(ctx, ...user)).toBe(true);
    const work = createUnitOfWork(bureau.db);
    await noteChat(await work.begin(), ...user, 'oc_again');
    expect(await greetOnce({ ...ctx, work }, ...user)).toBe(false);
    await work.commit(null, {});
    const stored = await bureau.db
      .selectFrom('person_identity')
      .select('chat_ref')
      .where('platform_user_id', '=', user[1])
      .executeTakeFirstOrThrow();
    expect(stored.chat_ref).toBe('oc_again');
  });
});

test('ids are distinct and sort in the order they were made', () => {
  const ids = Array.from({ length: 2_000 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});
