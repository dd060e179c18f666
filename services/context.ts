/** What every verb is given: the database, the instant, who acts, and where ids come from. */
import type { Kysely } from 'kysely';
import type { Database } from '../db/schema.ts';
import type { AuditActor } from '../domain/audit.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** A connection or transaction to read with. */
export type Reader = Kysely<Database>;

export type Context = {
  readonly db: Reader;
  readonly now: Date;
  readonly actor: AuditActor;
  /** IANA zone of dates, working days and quiet hours. */
  readonly zone: string;
  /** Present while a delivery is handled: the verbs of one delivery share its transaction. */
  readonly work?: UnitOfWork;
};
