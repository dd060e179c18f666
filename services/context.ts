/** What every verb is given: the database, the instant, who acts, and where ids come from. */
import type { Reader } from '../db/client.ts';
import type { AuditActor } from '../domain/audit.ts';
import type { UnitOfWork } from './unit-of-work.ts';

/** The database as handlers and jobs pass it on; only services know what to ask it. */
export type Store = Reader;

export type Context = {
  readonly db: Store;
  readonly now: Date;
  readonly actor: AuditActor;
  /** IANA zone of dates, working days and quiet hours. */
  readonly zone: string;
  /** Present while a delivery is handled: the verbs of one delivery share its transaction. */
  readonly work?: UnitOfWork;
  /** Tells the administrator that something failed while the rest goes on; `id` names no person. */
  readonly report?: (id: string, error: unknown) => void;
};
