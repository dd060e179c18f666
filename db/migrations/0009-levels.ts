/**
 * Forms at the levels person, section and team (RISK-02): of whom a form speaks is told apart from who writes it, and
 * a team's form belongs to no section.
 */
import { type Kysely, sql } from 'kysely';

/** That a person has one form of a kind at most; who heads two sections writes for both. */
export const contract = 'unreleased';

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table procedure
    add column level text default 'person' not null check (level in ('person', 'department', 'team')),
    add column earliest_on date,
    add column latest_on date,
    alter column department_code drop not null,
    add column object_code text not null generated always as (
      case level when 'person' then subject_person when 'department' then department_code else unit_code end
    ) stored,
    add constraint procedure_place check ((level = 'team') = (department_code is null)),
    drop constraint procedure_cycle_id_form_code_subject_person_key,
    add constraint procedure_one_form unique (cycle_id, form_code, object_code)`,
  `create index procedure_shared on procedure (cycle_id, id) where level <> 'person'`,
  `alter table risk_point
    add column level text default 'person' not null check (level in ('person', 'department', 'team')),
    alter column department_code drop not null,
    add constraint risk_point_place check ((level = 'team') = (department_code is null))`,
];
