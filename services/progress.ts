/** Progress (进度) of the running cycles as far as a person may see it. */
import type { Reader } from '../db/client.ts';
import { type CycleRow, runningCycles, type StageRow, stagesOf } from '../db/cycles.ts';
import { type ProcedureRow, proceduresOfAuthor } from '../db/procedures.ts';
import { type DepartmentProgress, departmentProgress, missingAuthors } from '../db/progress.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import type { Profile } from '../domain/profile.ts';
import { type Authority, authorityOf } from './authority.ts';
import { frozenForm, frozenProfile, profilesOf } from './frozen-profile.ts';

const NAMED = 60;

export type StageStatus = 'notStarted' | 'running' | 'ended';

export type StageProgress = {
  readonly code: string;
  readonly name: string;
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly status: StageStatus;
};

export type CycleProgress = {
  readonly cycle: CycleRow;
  readonly profile: Profile;
  readonly stages: readonly StageProgress[];
  readonly departments: readonly DepartmentProgress[];
  readonly missing: readonly { readonly name: string; readonly departmentName: string }[];
};

export type OwnForm = {
  readonly procedureId: string;
  readonly formName: string;
  /** Null when no step is open. */
  readonly stepName: string | null;
  readonly status: ProcedureRow['state']['status'];
};

export type ProgressView = {
  readonly own: readonly OwnForm[];
  readonly cycles: readonly CycleProgress[];
};

/** The person's own forms and the cycles whose departments the person answers for. */
export async function viewProgress(
  db: Reader,
  personCode: string,
  at: { readonly now: Date; readonly zone: string },
): Promise<ProgressView> {
  const authority = await authorityOf(db, personCode, dayOf(at.now, at.zone));
  const written = await proceduresOfAuthor(db, personCode);
  const profiles = await profilesOf(
    db,
    written.map(({ cycleId }) => cycleId),
  );
  const own = written.map((row) => ownForm(row, profiles));
  const cycles: CycleProgress[] = [];
  for (const cycle of await runningCycles(db, null)) {
    const scope = scopeIn(authority, cycle);
    if (scope === 'none') continue;
    const progress = await cycleProgress(db, cycle, scope === 'all' ? null : scope, at);
    if (progress.departments.length > 0) cycles.push(progress);
  }
  return { own, cycles };
}

function ownForm(row: ProcedureRow, profiles: ReadonlyMap<string, Profile>): OwnForm {
  const profile = profiles.get(row.cycleId);
  if (profile === undefined) throw new Error('cycle without a profile');
  const form = frozenForm(profile, row.formCode);
  const stepName = form.steps[row.state.stepIndex]?.name ?? null;
  return { procedureId: row.id, formName: form.name, stepName, status: row.state.status };
}

/** One cycle's progress in `departments` (null = all). */
export async function cycleProgress(
  db: Reader,
  cycle: CycleRow,
  departments: readonly string[] | null,
  at: { readonly now: Date; readonly zone: string },
): Promise<CycleProgress> {
  return {
    cycle,
    profile: frozenProfile(cycle.profile),
    stages: (await stagesOf(db, cycle.id)).map((stage) => stageProgress(stage, at)),
    departments: await departmentProgress(db, cycle.id, departments),
    missing: await missingAuthors(db, cycle.id, departments, NAMED),
  };
}

function scopeIn(authority: Authority, cycle: CycleRow): 'all' | 'none' | readonly string[] {
  if (authority.units.includes(cycle.unitCode)) return 'all';
  return authority.departments.length === 0 ? 'none' : authority.departments;
}

function stageProgress(
  stage: StageRow,
  at: { readonly now: Date; readonly zone: string },
): StageProgress {
  const status =
    at.now < stage.opensAt ? 'notStarted' : at.now < stage.closesAt ? 'running' : 'ended';
  return {
    code: stage.code,
    name: stage.name,
    firstDay: dayOf(stage.opensAt, at.zone),
    lastDay: dayOf(new Date(stage.closesAt.getTime() - 1), at.zone),
    status,
  };
}
