/** Sessions of the hosted pages. */
import type { Kysely } from 'kysely';
import type { Database } from './schema.ts';

export type NewPageSession = {
  /** SHA-256 of the key in the visitor's cookie. */
  readonly keyDigest: Buffer;
  readonly platform: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
};

export type PageSession = {
  readonly platform: string;
  readonly userId: string;
  readonly personCode: string;
  readonly name: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
};

/** Opens a session for the active person behind the platform user; null = nobody the organisation knows. */
export async function insertPageSession(
  db: Kysely<Database>,
  session: NewPageSession,
): Promise<string | null> {
  const columns = [
    'key_digest',
    'platform',
    'platform_user_id',
    'person_code',
    'created_at',
    'expires_at',
  ] as const;
  const row = await db
    .insertInto('page_session')
    .columns([...columns])
    .expression((eb) =>
      eb
        .selectFrom('person_identity')
        .innerJoin('person', 'person.code', 'person_identity.person_code')
        .where('platform', '=', session.platform)
        .where('platform_user_id', '=', session.userId)
        .where('person.status', '=', 'active')
        .select((each) => [
          each.val(session.keyDigest).as('key_digest'),
          'platform',
          'platform_user_id',
          'person_code',
          each.val(session.createdAt).as('created_at'),
          each.val(session.expiresAt).as('expires_at'),
        ]),
    )
    .returning('person_code')
    .executeTakeFirst();
  return row?.person_code ?? null;
}

/** The session of a key, while it lasts and while the platform user is still the same active person. */
export async function findPageSession(
  db: Kysely<Database>,
  keyDigest: Buffer,
  now: Date,
): Promise<PageSession | undefined> {
  const row = await db
    .selectFrom('page_session as s')
    .innerJoin('person', 'person.code', 's.person_code')
    .innerJoin('person_identity as i', (join) =>
      join
        .onRef('i.platform', '=', 's.platform')
        .onRef('i.platform_user_id', '=', 's.platform_user_id')
        .onRef('i.person_code', '=', 's.person_code'),
    )
    .select(['s.platform', 's.platform_user_id', 's.person_code', 'person.name'])
    .select(['s.created_at', 's.expires_at'])
    .where('s.key_digest', '=', keyDigest)
    .where('s.expires_at', '>', now)
    // A clock that was set back must not stretch a session's life.
    .where('s.created_at', '<=', now)
    .where('person.status', '=', 'active')
    .executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    platform: row.platform,
    userId: row.platform_user_id,
    personCode: row.person_code,
    name: row.name,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

/** Lets a session last until `expiresAt`. */
export async function prolongPageSession(
  db: Kysely<Database>,
  keyDigest: Buffer,
  expiresAt: Date,
): Promise<void> {
  await db
    .updateTable('page_session')
    .set({ expires_at: expiresAt })
    .where('key_digest', '=', keyDigest)
    .execute();
}

/** Ends the session and every other one of the same person. */
export async function deletePageSessionsBeside(
  db: Kysely<Database>,
  keyDigest: Buffer,
): Promise<void> {
  await db
    .deleteFrom('page_session')
    .where('person_code', 'in', (eb) =>
      eb.selectFrom('page_session').select('person_code').where('key_digest', '=', keyDigest),
    )
    .execute();
}

/** Forgets sessions that are over. */
export async function deleteExpiredPageSessions(db: Kysely<Database>, now: Date): Promise<void> {
  await db.deleteFrom('page_session').where('expires_at', '<=', now).execute();
}
