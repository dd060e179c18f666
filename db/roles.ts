/** Who holds which role where, on a given day. */
import { type Kysely, sql } from 'kysely';
import { inForceOn } from './organisation.ts';
import type { Database } from './schema.ts';

export type RoleHolder = {
  readonly role: string;
  readonly scopeCode: string;
  readonly personCode: string;
  readonly name: string;
};

const held = (db: Kysely<Database>, day: string) =>
  db
    .selectFrom('assignment')
    .innerJoin('person', 'person.code', 'assignment.person_code')
    .select([
      'assignment.ref as role',
      'assignment.scope_code as scopeCode',
      'person.code as personCode',
      'person.name',
    ])
    .where('assignment.kind', '=', sql.lit('role' as const))
    .where('person.status', '=', 'active')
    .where(inForceOn(day))
    .orderBy('person.code');

/** Everybody who holds a role in one of `scopes` (unit and department codes) on `day`. */
export async function roleHolders(
  db: Kysely<Database>,
  scopes: readonly string[],
  day: string,
): Promise<readonly RoleHolder[]> {
  if (scopes.length === 0) return [];
  return held(db, day)
    .where('assignment.scope_code', 'in', [...scopes])
    .execute();
}

/** The roles of one person on `day`. */
export async function rolesHeldBy(
  db: Kysely<Database>,
  personCode: string,
  day: string,
): Promise<readonly RoleHolder[]> {
  return held(db, day).where('person.code', '=', personCode).execute();
}
