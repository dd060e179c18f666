/**
 * The register in the order of its numbers: what a number is sorted by is stored beside it, and everybody's view of
 * the register is a walk along one index, however long the register has become.
 */
import { type Kysely, sql } from 'kysely';

/** The indexes that are replaced here; nothing but speed hangs on them. */
export const contract = 'unreleased';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // As text, the 10000th would stand before the 9999th.
  `alter table risk_point
    add column register_series text collate "C" not null
      generated always as (regexp_replace(register_number, '[0-9]+$', '')) stored,
    add column register_running bigint not null
      generated always as (substring(register_number from '[0-9]+$')::bigint) stored`,
  'drop index risk_point_cycle',
  'drop index risk_point_department',
  'drop index risk_point_person',
  'create index risk_point_cycle on risk_point (cycle_id, register_series, register_running)',
  // What a page or a count needs of the lines it passes over stands in the index.
  `create index risk_point_unit on risk_point (unit_code, register_series, register_running) include (id)`,
  `create index risk_point_department on risk_point (department_code, register_series, register_running)
    include (unit_code, id)`,
  `create index risk_point_person on risk_point (person_code, register_series, register_running)
    include (unit_code, department_code, id)`,
];
