/** What is read of a delivery before it is handled: who sent it, and the form it is about. */
import { type Kysely, sql } from 'kysely';
import type { Day } from '../domain/calendar.ts';
import { type Dossier, type DossierJson, dossierOf, toDossier } from './dossiers.ts';
import { retireKey } from './outbox.ts';
import type { Database } from './schema.ts';

export type Sender = {
  readonly personCode: string;
  readonly name: string;
  readonly chatRef: string | null;
};

export type Arrival = {
  /** The active person behind the platform user. */
  readonly sender: Sender | undefined;
  /** Whether the clicked message has been replaced by a newer one. */
  readonly replaced: boolean;
  readonly dossier: Dossier | undefined;
};

/** One statement for everything a delivery needs before it is handled; `procedureId` null = it speaks of no form. */
export async function readArrival(
  db: Kysely<Database>,
  from: {
    readonly platform: string;
    readonly userId: string;
    readonly messageRef: string | null;
    readonly procedureId: string | null;
  },
  day: Day,
): Promise<Arrival> {
  const retired = from.messageRef === null ? null : retireKey(from.messageRef);
  const { rows } = await sql<{
    sender: Sender | null;
    replaced: boolean;
    dossier: DossierJson | null;
  }>`select
    (select json_build_object('personCode', person.code, 'name', person.name, 'chatRef', i.chat_ref)
      from person_identity as i join person on person.code = i.person_code
      where i.platform = ${from.platform} and i.platform_user_id = ${from.userId} and person.status = 'active'
    ) as sender,
    exists (select from outbox where idempotency_key = ${retired}) as replaced,
    ${dossierOf(sql`${from.procedureId}::uuid`, day)} as dossier`.execute(db);
  const [row] = rows;
  return {
    sender: row?.sender ?? undefined,
    replaced: row?.replaced === true,
    dossier: toDossier(row?.dossier ?? null),
  };
}
