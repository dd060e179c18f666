/** Who is logged in to the hosted pages. The cookie holds the key, the table only its digest. */
import { type Kysely, sql } from 'kysely';

const statements = [
  `create table page_session (
    key_digest bytea primary key check (octet_length(key_digest) = 32),
    platform text not null,
    platform_user_id text not null,
    person_code text not null references person (code),
    created_at timestamptz not null,
    expires_at timestamptz not null
  )`,
  'create index page_session_expired on page_session (expires_at)',
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}
