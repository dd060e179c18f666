/** Deputies (代理): who acts for whom from which day to which. */
import { type Kysely, type SqlBool, sql, type Transaction } from 'kysely';
import type { Day } from '../domain/calendar.ts';
import type { Database } from './schema.ts';

export type Delegation = {
  readonly id: string;
  readonly principal: string;
  readonly principalName: string;
  readonly deputy: string;
  readonly deputyName: string;
  readonly fromOn: Day;
  readonly toOn: Day;
};

/** Whether the delegation called `d` is in force on `day`; both its days count. */
export const delegatedOn = (day: Day) =>
  sql<SqlBool>`(d.revoked_at is null and d.from_on <= ${day} and d.to_on >= ${day})`;

/** Who acts for whom on `day`. */
export async function deputiesOn(
  db: Kysely<Database>,
  day: Day,
): Promise<
  readonly { readonly principal: string; readonly code: string; readonly name: string }[]
> {
  const { rows } = await sql<{ principal: string; code: string; name: string }>`
    select d.principal_code as principal, deputy.code, deputy.name
    from delegation as d join person as deputy on deputy.code = d.deputy_code
    where ${delegatedOn(day)} and deputy.status = 'active' order by d.id`.execute(db);
  return rows;
}

/** What is or will be in force for `person`, given or taken, on `day` or later. */
export async function delegationsOf(
  db: Kysely<Database>,
  person: string,
  day: Day,
): Promise<readonly Delegation[]> {
  const { rows } = await sql<Delegation>`
    select d.id, d.principal_code as principal, principal.name as "principalName", d.deputy_code as deputy,
      deputy.name as "deputyName", d.from_on as "fromOn", d.to_on as "toOn"
    from delegation as d
    join person as principal on principal.code = d.principal_code
    join person as deputy on deputy.code = d.deputy_code
    where d.revoked_at is null and d.to_on >= ${day} and ${person} in (d.principal_code, d.deputy_code)
    order by d.from_on, d.id`.execute(db);
  return rows;
}

/** Nobody else names a deputy until the transaction ends: two must not make a chain between them. */
export async function lockDelegations(trx: Transaction<Database>): Promise<void> {
  await sql`lock table delegation in share row exclusive mode`.execute(trx);
}

/** Writes a new delegation. */
export async function insertDelegation(
  trx: Transaction<Database>,
  given: Pick<Delegation, 'id' | 'principal' | 'deputy' | 'fromOn' | 'toOn'> & {
    readonly namedAt: Date;
  },
): Promise<void> {
  await trx
    .insertInto('delegation')
    .values({
      id: given.id,
      principal_code: given.principal,
      deputy_code: given.deputy,
      from_on: given.fromOn,
      to_on: given.toOn,
      named_at: given.namedAt,
      revoked_at: null,
    })
    .execute();
}

/** Ends delegation `id` of `principal`; false when there is none in force or to come. */
export async function revokeDelegation(
  trx: Transaction<Database>,
  id: string,
  principal: string,
  at: Date,
): Promise<boolean> {
  const result = await trx
    .updateTable('delegation')
    .set({ revoked_at: at })
    .where('id', '=', id)
    .where('principal_code', '=', principal)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return result.numUpdatedRows === 1n;
}
