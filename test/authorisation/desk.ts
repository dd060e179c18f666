/** The product's real way in, on one connection whose work is undone after every click. */
import { randomUUID } from 'node:crypto';
import { CompiledQuery, Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import type { InboundEvent, Receive } from '../../bot/inbound.ts';
import type { Reply } from '../../cards/model.ts';
import type { HeldTransaction, Reader } from '../../db/client.ts';
import { recordEffects } from '../../db/effects.ts';
import { retireKey } from '../../db/outbox.ts';
import type { Database } from '../../db/schema.ts';
import { menu } from '../../handlers/menu.ts';
import { createReceive } from '../../handlers/receive.ts';
import { ZONE } from '../support/bureau.ts';
import { routesOf } from '../support/routes.ts';
import { shipped } from '../support/shipped-profile.ts';
import { accountOf } from './people.ts';
import { CLICKED_AT } from './stage.ts';

type Json = string | number | boolean | readonly string[];
type Payload = Readonly<Record<string, string | number>>;

export type Click = {
  readonly by: string;
  readonly action: string;
  readonly payload: Payload;
  readonly values?: Readonly<Record<string, Json>>;
  readonly message?: string;
};

export type Spoken = { readonly by: string } & (
  | { readonly text: string }
  | { readonly menu: string }
  | { readonly enters: true }
);

/** What a click left behind, read before it is undone. */
export type News = {
  /** Who the new audit entries say has acted. */
  readonly actors: readonly string[];
  readonly messages: readonly { readonly person: string | null; readonly content: string }[];
};

export type Desk = {
  readonly click: (click: Click) => Promise<Reply>;
  readonly say: (spoken: Spoken) => Promise<Reply>;
  /** Rows written so far, the inbox left out; what was rolled back counts, so an equal number means: nothing at all. */
  readonly written: () => Promise<number>;
  readonly news: () => Promise<News>;
  /** Runs `work` and undoes whatever it wrote. */
  readonly undone: <T>(work: () => Promise<T>) => Promise<T>;
  /** Makes a message one that a newer one has replaced. */
  readonly retire: (message: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Several desks: their work is never committed, so that they do not see each other's. */
export const openDesks = (given: Reader, count: number): Promise<readonly Desk[]> =>
  Promise.all(Array.from({ length: count }, () => openDesk(given)));

async function openDesk(given: Reader): Promise<Desk> {
  const outer = await given.startTransaction().execute();
  const run = async <T>(statement: string): Promise<readonly T[]> =>
    (await outer.executeQuery<T>(CompiledQuery.raw(statement))).rows;
  const db = nestedIn(outer);
  const receive = receiver(db);
  const envelope = (by: string) => ({
    platform: 'lark',
    eventId: randomUUID(),
    userId: accountOf(by),
  });
  await run('create temp table head_before on commit drop as select subject, seq from audit_head');
  await run('create temp table outbox_before on commit drop as select id from outbox');
  return {
    click: ({ by, action, payload, values = {}, message = 'om_none' }) =>
      receive({
        kind: 'action',
        ...envelope(by),
        actionId: action,
        payload,
        values: values as Extract<InboundEvent, { kind: 'action' }>['values'],
        messageRef: message,
      }),
    say: (spoken) => receive(eventOf(spoken, envelope(spoken.by))),
    written: async () => Number((await run<{ n: string }>(WRITTEN))[0]?.n),
    news: () => newsOf(run),
    undone: async (work) => {
      await run('savepoint click');
      try {
        return await work();
      } finally {
        await run('rollback to savepoint click');
      }
    },
    retire: (message) => retire(db, message),
    close: async () => {
      await outer.rollback().execute();
    },
  };
}

type Run = <T>(statement: string) => Promise<readonly T[]>;

const WRITTEN = `select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) as n
  from pg_stat_xact_user_tables where relname <> 'inbox'`;

async function newsOf(run: Run): Promise<News> {
  const actors = await run<{ value: string }>(`select distinct value from audit_opening as new
    where field = 'actor.code' and seq > coalesce(
      (select seq from head_before where head_before.subject = new.subject), 0)`);
  const messages = await run<{ person: string | null; content: string }>(
    `select person_code as person, content::text as content from outbox
     where id not in (select id from outbox_before)`,
  );
  return { actors: actors.map(({ value }): string => JSON.parse(value)), messages };
}

async function retire(db: Reader, messageRef: string): Promise<void> {
  const message = {
    id: randomUUID(),
    key: retireKey(messageRef),
    person: null,
    address: { platform: 'lark', userId: 'ou_old' },
    content: { kind: 'retire' as const, platform: 'lark', messageRef },
    createdAt: CLICKED_AT,
    notBefore: CLICKED_AT,
  };
  await recordEffects(db, { audit: [], timers: [], messages: [message], delivery: null });
}

function receiver(db: Reader): Receive {
  const { router, commands } = routesOf([shipped]);
  const now = () => CLICKED_AT;
  const committed = () => undefined;
  const handle = createReceive({ db, now, zone: ZONE, router, commands, menu, committed });
  return async (event) => (await handle(event)).answer;
}

function eventOf(
  spoken: Spoken,
  base: { readonly platform: string; readonly eventId: string; readonly userId: string },
): InboundEvent {
  if ('enters' in spoken) return { kind: 'entered', ...base };
  if ('menu' in spoken) return { kind: 'menu', ...base, key: spoken.menu };
  return { kind: 'text', ...base, text: spoken.text, messageId: base.eventId, chatKind: 'direct' };
}

const NESTED: Readonly<Record<string, string>> = {
  begin: 'savepoint delivery',
  commit: 'release savepoint delivery',
  rollback: 'rollback to savepoint delivery',
};

/** A database whose transactions are savepoints of `outer`. */
function nestedIn(outer: HeldTransaction): Kysely<Database> {
  const query = async (statement: string, parameters: readonly unknown[] = []) => {
    const compiled = CompiledQuery.raw(NESTED[statement] ?? statement, [...parameters]);
    const { rows, numAffectedRows } = await outer.executeQuery(compiled);
    const rowCount = Number(numAffectedRows ?? rows.length);
    return { command: numAffectedRows === undefined ? 'SELECT' : 'UPDATE', rowCount, rows };
  };
  const client = { query, release: () => undefined } as unknown as PostgresPoolClient;
  const pool = { connect: async () => client, end: async () => undefined };
  return new Kysely<Database>({ dialect: new PostgresDialect({ pool }) });
}
