/** The one statement that records what a verb changes: moved procedures, audit, outbox, timers, the answered delivery. */
import { type Kysely, sql } from 'kysely';
import type { SealedEntry } from '../domain/audit.ts';
import type { Address, MessageContent } from '../domain/effect.ts';
import { moveJson, type ProcedureMove } from './moves.ts';
import type { Database } from './schema.ts';

export type MessageRow = {
  readonly id: string;
  readonly key: string;
  readonly person: string | null;
  readonly address: Address | null;
  readonly content: MessageContent;
  readonly createdAt: Date;
  readonly notBefore: Date;
};

export type TimerRow = {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly slot: string;
  readonly dueAt: Date;
  readonly payload: Readonly<Record<string, string | number>>;
};

export type DeliveryRow = {
  readonly platform: string;
  readonly eventId: string;
  readonly receivedAt: Date;
  readonly reply: unknown;
};

/** A message whose card the answer to a click has changed, and what is noted in place of its content's hash. */
export type ShownMessage = {
  readonly platform: string;
  readonly messageRef: string;
  readonly contentHash: string;
};

export type Effects = {
  readonly moves: readonly ProcedureMove[];
  readonly shown: readonly ShownMessage[];
  readonly audit: readonly SealedEntry[];
  readonly messages: readonly MessageRow[];
  readonly timers: readonly TimerRow[];
  readonly delivery: DeliveryRow | null;
};

export const noEffects: Effects = {
  moves: [],
  shown: [],
  audit: [],
  messages: [],
  timers: [],
  delivery: null,
};

/**
 * Writes all effects; a delivery that was already answered raises a unique violation on `inbox`, a move decided on a
 * state that is gone a conflict (`isConflict`). A timer that is set twice is set as it was set last.
 */
export async function recordEffects(db: Kysely<Database>, given: Partial<Effects>): Promise<void> {
  const effects = { ...noEffects, ...given };
  await sql`select record_change(
    ${JSON.stringify(effects.moves.map(moveJson))}::jsonb,
    ${JSON.stringify(effects.shown)}::jsonb,
    ${JSON.stringify(effects.audit)}::jsonb,
    ${JSON.stringify(effects.messages)}::jsonb,
    ${JSON.stringify(distinctTimers(effects.timers))}::jsonb,
    ${effects.delivery === null ? null : JSON.stringify(effects.delivery)}::jsonb
  )`.execute(db);
}

/** One upsert takes each timer once, and all transactions take them in one order, or two could wait for each other. */
function distinctTimers(timers: readonly TimerRow[]): readonly TimerRow[] {
  const byKey = new Map(
    timers.map((timer) => [JSON.stringify([timer.kind, timer.subject, timer.slot]), timer]),
  );
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, timer]) => timer);
}

/** The stored answer of a delivery, or undefined when it has not been answered. */
export async function findDelivery(
  db: Kysely<Database>,
  platform: string,
  eventId: string,
): Promise<unknown> {
  const row = await db
    .selectFrom('inbox')
    .select('reply')
    .where('platform', '=', platform)
    .where('event_id', '=', eventId)
    .executeTakeFirst();
  return row?.reply;
}

/** Forgets deliveries older than `before`; the platforms' retries end after hours. Returns how many went. */
export async function forgetDeliveries(db: Kysely<Database>, before: Date): Promise<number> {
  const result = await db.deleteFrom('inbox').where('received_at', '<', before).executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Whether `error` says that the delivery had already been answered. */
export function isRepeatedDelivery(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === '23505' &&
    'constraint' in error &&
    error.constraint === 'inbox_pkey'
  );
}
