/** Timers: due instants as rows. Whoever claims one repeats its condition; done means the row is gone. */
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from './schema.ts';

export type DueTimer = {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly slot: string;
  readonly dueAt: Date;
  readonly payload: Readonly<Record<string, string | number>>;
  readonly attempts: number;
};

/** Timers of `kind` gather what timers of the kind `from` bring about. */
export type Gathering = { readonly kind: string; readonly from: string };

/**
 * Claims up to `limit` timers that are due at `now`, the earliest first; a claim whose process died ends at `leaseUntil`.
 * A gathering timer waits for the due ones it gathers from, whichever process has them; not for one that failed before.
 */
export async function claimTimers(
  db: Kysely<Database>,
  now: Date,
  leaseUntil: Date,
  limit: number,
  gathering: Gathering = nothingGathers,
): Promise<readonly DueTimer[]> {
  const result = await sql<{
    id: string;
    kind: string;
    subject: string;
    slot: string;
    due_at: Date;
    payload: unknown;
    attempts: number;
  }>`
    update timer set
      lease_until = ${leaseUntil}::timestamptz + least(attempts, 30) * interval '1 minute',
      attempts = attempts + 1
    where id in (
      select id from timer
      where due_at <= ${now} and (lease_until is null or lease_until <= ${now})
        and (kind <> ${gathering.kind} or not exists (
          select 1 from timer as source
          where source.kind = ${gathering.from} and source.due_at <= ${now}
            and (source.attempts = 0 or source.attempts = 1 and source.lease_until > ${now})
        ))
      order by due_at
      limit ${limit}
      for update skip locked
    )
    returning id, kind, subject, slot, due_at, payload, attempts`.execute(db);
  return result.rows
    .map((row) => ({
      id: row.id,
      kind: row.kind,
      subject: row.subject,
      slot: row.slot,
      dueAt: row.due_at,
      payload: asPayload(row.payload),
      attempts: row.attempts,
    }))
    .sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
}

const nothingGathers: Gathering = { kind: '', from: '' };

/**
 * Takes a claimed timer inside the transaction of its effect. False = it was moved, cancelled or done meanwhile,
 * and nothing may happen.
 */
export async function consumeTimer(
  trx: Transaction<Database>,
  timer: DueTimer,
  now: Date,
): Promise<boolean> {
  const result = await trx
    .deleteFrom('timer')
    .where('id', '=', timer.id)
    .where('due_at', '<=', now)
    .where('attempts', '=', timer.attempts)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/**
 * Takes claimed timers inside the one transaction of their effects, and returns the ids of those it took. One that was
 * moved, cancelled or done meanwhile is left out, and so is one that somebody is moving at this moment: waiting for it
 * while holding the others is how two transactions block each other.
 */
export async function consumeTimers(
  trx: Transaction<Database>,
  timers: readonly DueTimer[],
  now: Date,
): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`
    with taken as (
      select timer.id from timer
      join unnest(
        ${timers.map(({ id }) => id)}::uuid[], ${timers.map(({ attempts }) => attempts)}::int[]
      ) as claimed (id, attempts) on claimed.id = timer.id and claimed.attempts = timer.attempts
      where timer.due_at <= ${now}
      for update of timer skip locked
    )
    delete from timer using taken where timer.id = taken.id returning timer.id`.execute(trx);
  return new Set(rows.map(({ id }) => id));
}

/** Gives claimed timers back as they were before; those that were moved, done or claimed anew are left alone. */
export async function releaseTimers(
  db: Kysely<Database>,
  timers: readonly DueTimer[],
): Promise<void> {
  await sql`
    update timer set lease_until = null, attempts = timer.attempts - 1
    from unnest(
      ${timers.map(({ id }) => id)}::uuid[], ${timers.map(({ attempts }) => attempts)}::int[]
    ) as claimed (id, attempts)
    where claimed.id = timer.id and claimed.attempts = timer.attempts`.execute(db);
}

/** Cancels the timers of (kind, subject), one slot or all. */
export async function cancelTimers(
  trx: Transaction<Database>,
  kind: string,
  subjects: readonly string[],
): Promise<void> {
  if (subjects.length === 0) return;
  await trx
    .deleteFrom('timer')
    .where('kind', '=', kind)
    .where('subject', 'in', [...subjects])
    .execute();
}

/**
 * The next instant at which a timer can be claimed, or null: it is due, and nobody's claim on it lasts. Claims are on due
 * timers; of those that are not, the index knows the first, however many there are.
 */
export async function nextTimerAt(db: Kysely<Database>, now: Date): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`select least(
      (select min(due_at) from timer where due_at > ${now}),
      (select min(greatest(due_at, lease_until)) from timer where due_at <= ${now})
    ) as at`.execute(db);
  return rows[0]?.at ?? null;
}

/** Only `record_effects` writes this column, from `TimerSpec.payload`. */
function asPayload(value: unknown): Readonly<Record<string, string | number>> {
  return value as Readonly<Record<string, string | number>>;
}

/** The next instant at which a timer other than `housekeeping` is due, or null. */
export async function nextEventAt(
  db: Kysely<Database>,
  housekeeping: string,
): Promise<Date | null> {
  const row = await db
    .selectFrom('timer')
    .select((eb) => eb.fn.min('due_at').as('at'))
    .where('kind', '!=', housekeeping)
    .executeTakeFirst();
  return row?.at ?? null;
}

/** How many timers are due and not done, and since when the oldest of them. */
export async function timerState(
  db: Kysely<Database>,
  now: Date,
): Promise<{ readonly due: number; readonly oldestDueAt: Date | null }> {
  const row = await db
    .selectFrom('timer')
    .select((eb) => [eb.fn.countAll<number>().as('due'), eb.fn.min('due_at').as('oldest')])
    .where('due_at', '<=', now)
    .executeTakeFirstOrThrow();
  return { due: row.due, oldestDueAt: row.oldest };
}
