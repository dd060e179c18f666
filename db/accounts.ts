/** Accounts at one platform with what their owners do, for directories and the local messenger. */
import type { Kysely } from 'kysely';
import { inForceOn } from './organisation.ts';
import type { Database } from './schema.ts';

export type Account = {
  readonly personCode: string;
  readonly name: string;
  readonly userId: string;
  readonly postNames: string;
  readonly departmentCode: string;
  readonly departmentName: string;
};

/** The active people with an account at `platform`, by code, with the posts they hold on `day`. */
export async function accountsAt(
  db: Kysely<Database>,
  platform: string,
  day: string,
): Promise<readonly Account[]> {
  const rows = await db
    .selectFrom('person_identity')
    .innerJoin('person', 'person.code', 'person_identity.person_code')
    .leftJoin('assignment', (join) =>
      join
        .onRef('assignment.person_code', '=', 'person.code')
        .on('assignment.kind', '=', 'post')
        .on(inForceOn(day)),
    )
    .leftJoin('post', 'post.code', 'assignment.ref')
    .leftJoin('department', 'department.code', 'post.department_code')
    .select([
      'person.code',
      'person.name',
      'person_identity.platform_user_id',
      'post.name as post_name',
      'department.code as department_code',
      'department.name as department_name',
    ])
    .where('person_identity.platform', '=', platform)
    .where('person.status', '=', 'active')
    .orderBy('person.code')
    .orderBy('post.code')
    .execute();
  const accounts = new Map<string, Account>();
  for (const row of rows) {
    const known = accounts.get(row.code);
    const postNames = [known?.postNames, row.post_name].filter((name) => name).join('、');
    accounts.set(row.code, {
      personCode: row.code,
      name: row.name,
      userId: row.platform_user_id,
      postNames,
      departmentCode: known?.departmentCode ?? row.department_code ?? '',
      departmentName: known?.departmentName ?? row.department_name ?? '',
    });
  }
  return [...accounts.values()];
}
