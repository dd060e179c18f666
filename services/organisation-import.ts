/** `org import`: five CSV files become the organisation, in one transaction or not at all (contract §5). */
import type { Reader } from '../db/client.ts';
import { lockOrganisation, writeOrganisation } from '../db/organisation-import.ts';
import { readStoredOrganisation } from '../db/organisation-stored.ts';
import type { AuditEntry } from '../domain/audit.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import { sha256Hex } from '../domain/canonical.ts';
import { type Organisation, unitsWithoutLeader } from '../domain/organisation.ts';
import {
  compareOrganisation,
  type ImportSummary,
  type OrganisationChanges,
  summarise,
} from '../domain/organisation-change.ts';
import { checkOrganisation, inOrder } from '../domain/organisation-check.ts';
import {
  columnsOf,
  type ImportError,
  ORGANISATION_FILES,
  type OrganisationFile,
  perFile,
} from '../domain/organisation-file.ts';
import { readOrganisation } from '../domain/organisation-reading.ts';
import type { Context } from './context.ts';
import { mutate, newId } from './mutate.ts';
import { announceAgain } from './new-account.ts';
import { readCsv } from './organisation-csv.ts';
import { reassignTimer } from './reassign.ts';

export type OrganisationTexts = Readonly<Record<OrganisationFile, string>>;

export type ImportOutcome =
  | { readonly ok: true; readonly summary: ImportSummary }
  | { readonly ok: false; readonly errors: readonly ImportError[] };

/** Gives up the transaction of an import that another one, committed meanwhile, has made empty. */
class NothingLeftToImport extends Error {}

/**
 * Imports the files. With any error nothing changes and every error is returned; files that say what is stored change
 * nothing and leave no audit entry. `identityColumns` maps a column of people.csv to the platform it belongs to.
 */
export async function importOrganisation(
  ctx: Context,
  files: OrganisationTexts,
  identityColumns: Readonly<Record<string, string>>,
): Promise<ImportOutcome> {
  const reading = readFiles(files, identityColumns);
  if (!reading.ok) return reading;
  const { organisation } = reading;
  const today = dayOf(ctx.now, ctx.zone);
  const warnings = unitsWithoutLeader(organisation, today);
  const compareWith = async (db: Reader): Promise<OrganisationChanges> =>
    compareOrganisation(
      organisation,
      await readStoredOrganisation(db),
      Object.values(identityColumns),
    );
  const summary = summarise(await compareWith(ctx.db), warnings);
  if (!summary.changed) return { ok: true, summary };
  const written = await writeChanges(ctx, files, today, compareWith);
  return {
    ok: true,
    summary: { ...(written ?? summarise(await compareWith(ctx.db), [])), warnings },
  };
}

async function writeChanges(
  ctx: Context,
  files: OrganisationTexts,
  today: Day,
  compareWith: (db: Reader) => Promise<OrganisationChanges>,
): Promise<ImportSummary | null> {
  try {
    return await mutate(ctx, async (trx) => {
      await lockOrganisation(trx);
      const changes = await compareWith(trx);
      const summary = summarise(changes, []);
      if (!summary.changed) throw new NothingLeftToImport();
      await writeOrganisation(trx, changes, today, newId);
      const moved = new Set(changes.identities.added.map(({ personCode }) => personCode));
      return {
        value: summary,
        messages: await announceAgain(ctx, trx, [...moved]),
        audit: [auditOf(summary, files)],
        timers: [reassignTimer(ctx.now)],
      };
    });
  } catch (error) {
    if (error instanceof NothingLeftToImport) return null;
    throw error;
  }
}

function readFiles(
  files: OrganisationTexts,
  identityColumns: Readonly<Record<string, string>>,
):
  | { readonly ok: true; readonly organisation: Organisation }
  | Extract<ImportOutcome, { readonly ok: false }> {
  const names = Object.keys(identityColumns);
  const readings = perFile((file) => readCsv(file, files[file], columnsOf(file, names)));
  const raw = perFile((file) => readings[file].rows);
  const errors = inOrder([
    ...Object.values(readings).flatMap((reading) => reading.errors),
    ...checkOrganisation(raw, names),
  ]);
  if (errors.length > 0) return { ok: false, errors };
  return { ok: true, organisation: readOrganisation(raw, identityColumns) };
}

function auditOf(summary: ImportSummary, files: OrganisationTexts): AuditEntry {
  const hashes = ORGANISATION_FILES.map((file) => [file, sha256Hex(files[file])]);
  const counts = Object.entries(summary.counts).flatMap(([table, { added, changed, ended }]) => [
    [`${table}.added`, added],
    [`${table}.changed`, changed],
    [`${table}.ended`, ended],
  ]);
  return {
    subject: 'organisation:import',
    action: 'organisation.imported',
    fields: Object.fromEntries([...hashes, ...counts]),
  };
}
