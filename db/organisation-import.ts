/** Writing what an import changes. */
import { sql, type Transaction } from 'kysely';
import type { Day } from '../domain/calendar.ts';
import type { Assignment, Department, Identity, Post, Unit } from '../domain/organisation.ts';
import type { OrganisationChanges } from '../domain/organisation-change.ts';
import type { Database } from './schema.ts';

/** Makes imports wait for each other until the end of the transaction. */
export async function lockOrganisation(trx: Transaction<Database>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('organisation:import'))`.execute(trx);
}

/** Rows per statement, far below the protocol's 65,535 parameters. */
const BATCH = 1000;

/** Writes the difference; what has vanished ends on `today`. `newId` names new assignments. */
export async function writeOrganisation(
  trx: Transaction<Database>,
  changes: OrganisationChanges,
  today: Day,
  newId: () => string,
): Promise<void> {
  await saveUnits(trx, [...changes.units.added, ...changes.units.changed]);
  await saveDepartments(trx, [...changes.departments.added, ...changes.departments.changed]);
  await savePosts(trx, [...changes.posts.added, ...changes.posts.changed]);
  const people = [
    ...changes.people.added,
    ...changes.people.changed,
    ...changes.people.ended.map((row) => ({ ...row, status: 'left' as const })),
  ];
  await inBatches(people, (rows) =>
    trx
      .insertInto('person')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('code').doUpdateSet(({ ref }) => ({
          name: ref('excluded.name'),
          status: ref('excluded.status'),
        })),
      )
      .execute(),
  );
  await replaceIdentities(trx, changes.identities.ended, changes.identities.added);
  await saveAssignments(trx, [...changes.assignments.added, ...changes.assignments.changed], newId);
  await endRows(trx, changes, today);
}

const saveUnits = (trx: Transaction<Database>, units: readonly Unit[]): Promise<void> =>
  inBatches(units, (rows) =>
    trx
      .insertInto('unit')
      .values(rows.map(({ parentCode, ...row }) => ({ ...row, parent_code: parentCode })))
      .onConflict((conflict) =>
        conflict.column('code').doUpdateSet(({ ref }) => ({
          name: ref('excluded.name'),
          kind: ref('excluded.kind'),
          parent_code: ref('excluded.parent_code'),
          ended_on: null,
        })),
      )
      .execute(),
  );

const saveDepartments = (
  trx: Transaction<Database>,
  departments: readonly Department[],
): Promise<void> =>
  inBatches(departments, (rows) =>
    trx
      .insertInto('department')
      .values(rows.map(({ unitCode, ...row }) => ({ ...row, unit_code: unitCode })))
      .onConflict((conflict) =>
        conflict.column('code').doUpdateSet(({ ref }) => ({
          name: ref('excluded.name'),
          unit_code: ref('excluded.unit_code'),
          nature: ref('excluded.nature'),
          ended_on: null,
        })),
      )
      .execute(),
  );

const savePosts = (trx: Transaction<Database>, posts: readonly Post[]): Promise<void> =>
  inBatches(posts, (rows) =>
    trx
      .insertInto('post')
      .values(
        rows.map(({ departmentCode, powers, ...row }) => ({
          ...row,
          powers: [...powers],
          department_code: departmentCode,
        })),
      )
      .onConflict((conflict) =>
        conflict.column('code').doUpdateSet(({ ref }) => ({
          name: ref('excluded.name'),
          department_code: ref('excluded.department_code'),
          tier: ref('excluded.tier'),
          key: ref('excluded.key'),
          powers: ref('excluded.powers'),
          ended_on: null,
        })),
      )
      .execute(),
  );

/** All old accounts go first: two people may have exchanged theirs. */
async function replaceIdentities(
  trx: Transaction<Database>,
  gone: readonly Identity[],
  added: readonly Identity[],
): Promise<void> {
  for (const { platform, platformUserId } of gone) {
    await trx
      .deleteFrom('person_identity')
      .where('platform', '=', platform)
      .where('platform_user_id', '=', platformUserId)
      .execute();
  }
  await inBatches(added, (rows) =>
    trx
      .insertInto('person_identity')
      .values(
        rows.map(({ platform, platformUserId, personCode }) => ({
          platform,
          platform_user_id: platformUserId,
          person_code: personCode,
        })),
      )
      .execute(),
  );
}

const saveAssignments = (
  trx: Transaction<Database>,
  assignments: readonly Assignment[],
  newId: () => string,
): Promise<void> =>
  inBatches(assignments, (rows) =>
    trx
      .insertInto('assignment')
      .values(
        rows.map((row) => ({
          id: newId(),
          person_code: row.personCode,
          kind: row.kind,
          ref: row.ref,
          scope_code: row.scopeCode,
          from_on: row.fromOn,
          to_on: row.toOn,
        })),
      )
      .onConflict((conflict) =>
        conflict
          .columns(['person_code', 'kind', 'ref', 'scope_code', 'from_on'])
          .doUpdateSet(({ ref }) => ({ to_on: ref('excluded.to_on'), ended_on: null })),
      )
      .execute(),
  );

async function endRows(
  trx: Transaction<Database>,
  changes: OrganisationChanges,
  today: Day,
): Promise<void> {
  for (const table of ['unit', 'department', 'post'] as const) {
    const codes = changes[`${table}s`].ended.map(({ code }) => code);
    await inBatches(codes, (batch) =>
      trx.updateTable(table).set({ ended_on: today }).where('code', 'in', batch).execute(),
    );
  }
  for (const row of changes.assignments.ended) {
    await trx
      .updateTable('assignment')
      .set({ ended_on: today })
      .where('person_code', '=', row.personCode)
      .where('kind', '=', row.kind)
      .where('ref', '=', row.ref)
      .where('scope_code', '=', row.scopeCode)
      .where('from_on', '=', row.fromOn)
      .execute();
  }
}

async function inBatches<T>(
  rows: readonly T[],
  write: (batch: readonly T[]) => Promise<unknown>,
): Promise<void> {
  for (let start = 0; start < rows.length; start += BATCH) {
    await write(rows.slice(start, start + BATCH));
  }
}
