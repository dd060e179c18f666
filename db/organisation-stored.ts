/** The whole stored organisation, for comparison with the files of an import. */
import type { Kysely } from 'kysely';
import type { Identity } from '../domain/organisation.ts';
import type { StoredOrganisation } from '../domain/organisation-change.ts';
import type { Database } from './schema.ts';

/** Everything stored, ended rows included. */
export async function readStoredOrganisation(db: Kysely<Database>): Promise<StoredOrganisation> {
  const units = await db.selectFrom('unit').selectAll().execute();
  const departments = await db.selectFrom('department').selectAll().execute();
  const posts = await db.selectFrom('post').selectAll().execute();
  const people = await db.selectFrom('person').selectAll().execute();
  const assignments = await db.selectFrom('assignment').selectAll().execute();
  return {
    units: units.map(({ ended_on, parent_code, ...row }) => ({
      row: { ...row, parentCode: parent_code },
      over: ended_on !== null,
    })),
    departments: departments.map(({ ended_on, unit_code, ...row }) => ({
      row: { ...row, unitCode: unit_code },
      over: ended_on !== null,
    })),
    posts: posts.map(({ ended_on, department_code, ...row }) => ({
      row: { ...row, departmentCode: department_code },
      over: ended_on !== null,
    })),
    people: people.map((row) => ({ row, over: row.status === 'left' })),
    identities: await readIdentities(db),
    assignments: assignments.map((row) => ({
      row: {
        personCode: row.person_code,
        kind: row.kind,
        ref: row.ref,
        scopeCode: row.scope_code,
        fromOn: row.from_on,
        toOn: row.to_on,
      },
      over: row.ended_on !== null,
    })),
  };
}

const readIdentities = (db: Kysely<Database>): Promise<readonly Identity[]> =>
  db
    .selectFrom('person_identity')
    .select(['platform', 'platform_user_id as platformUserId', 'person_code as personCode'])
    .execute();
