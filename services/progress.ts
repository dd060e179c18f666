/** Progress (进度) of the running cycles as far as a person may see it. */
import type { Reader } from '../db/client.ts';
import { formsOwed } from '../db/covered.ts';
import { type CycleRow, runningCycles, type StageRow, stagesOf } from '../db/cycles.ts';
import { type ProcedureRow, proceduresOfAuthor } from '../db/procedures.ts';
import {
  type DepartmentProgress,
  departmentProgress,
  type FormProgress,
  formProgress,
  type MissingForm,
  missingForms,
} from '../db/progress.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import type { Profile, ProfileForm } from '../domain/profile.ts';
import { type Authority, authorityOf } from './authority.ts';
import { frozenForm, frozenProfile, profilesOf } from './frozen-profile.ts';
import { keyOfOwed, owedForms } from './owed.ts';

/** Names on a card. */
const NAMED = 60;
/** Names on a page. */
const LISTED = 50;

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
  /** In the profile's order; a form nobody owes is missing. */
  readonly forms: readonly (FormProgress & { readonly form: ProfileForm })[];
  readonly missing: readonly (MissingForm & { readonly form: ProfileForm })[];
  /** What is owed and has no form, for nobody can write it (ORG-25). */
  readonly unstaffed: readonly { readonly form: ProfileForm; readonly objectName: string }[];
};

export type OwnForm = {
  readonly procedureId: string;
  readonly form: ProfileForm;
  readonly subjectName: string;
  readonly departmentName: string;
  readonly unitName: string;
  /** Whether it lies with its writer. */
  readonly toFill: boolean;
  /** Null when no step is open. */
  readonly stepName: string | null;
  readonly status: ProcedureRow['state']['status'];
};

export type ProgressView = {
  readonly own: readonly OwnForm[];
  readonly cycles: readonly CycleProgress[];
};

/** What of the progress is wanted; missing members ask for everything within the person's scope. */
export type ProgressWish = {
  readonly cycleId?: string;
  readonly department?: string;
  /** Page of the people who have not submitted, from 0. */
  readonly page?: number;
};

/** The person's own forms and the cycles whose departments the person answers for. */
export async function viewProgress(
  db: Reader,
  personCode: string,
  at: { readonly now: Date; readonly zone: string },
): Promise<ProgressView> {
  return readProgress(db, personCode, at, { names: { size: NAMED, offset: 0 } });
}

/**
 * The same for a page: as many names as fit one, and, if asked for, one cycle or one department alone. Whoever asks for
 * one outside his scope sees no cycle at all.
 */
export async function viewDashboard(
  db: Reader,
  personCode: string,
  at: { readonly now: Date; readonly zone: string },
  { page = 0, ...wish }: ProgressWish,
): Promise<ProgressView & { readonly listed: number }> {
  const names = { size: LISTED, offset: page * LISTED };
  return { ...(await readProgress(db, personCode, at, { ...wish, names })), listed: LISTED };
}

type Names = { readonly size: number; readonly offset: number };

async function readProgress(
  db: Reader,
  personCode: string,
  at: { readonly now: Date; readonly zone: string },
  wish: Omit<ProgressWish, 'page'> & { readonly names: Names },
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
    if (wish.cycleId !== undefined && wish.cycleId !== cycle.id) continue;
    const scope = within(scopeIn(authority, cycle), wish.department);
    if (scope === 'none') continue;
    const departments = scope === 'all' ? null : scope;
    const progress = await cycleProgress(db, cycle, departments, at, wish.names);
    if (progress.departments.length > 0) cycles.push(progress);
  }
  return { own, cycles };
}

function ownForm(row: ProcedureRow, profiles: ReadonlyMap<string, Profile>): OwnForm {
  const profile = profiles.get(row.cycleId);
  if (profile === undefined) throw new Error('cycle without a profile');
  const form = frozenForm(profile, row.formCode);
  const step = form.steps[row.state.stepIndex];
  const stepName = step?.name ?? null;
  const toFill = row.state.status === 'open' && step?.kind === 'fill';
  const { subjectName, departmentName, unitName } = row;
  const names = { subjectName, departmentName, unitName };
  return { procedureId: row.id, form, ...names, toFill, stepName, status: row.state.status };
}

/** One cycle's progress in `departments` (null = all). */
export async function cycleProgress(
  db: Reader,
  cycle: CycleRow,
  departments: readonly string[] | null,
  at: { readonly now: Date; readonly zone: string },
  names: Names = { size: NAMED, offset: 0 },
): Promise<CycleProgress> {
  const profile = frozenProfile(cycle.profile);
  const today = dayOf(at.now, at.zone);
  const counted = await formProgress(db, cycle.id, departments, at.zone);
  const missing = await missingForms(db, cycle.id, departments, { ...names, today });
  return {
    cycle,
    profile,
    stages: (await stagesOf(db, cycle.id)).map((stage) => stageProgress(stage, at)),
    departments: await departmentProgress(db, cycle.id, departments, today),
    forms: profile.forms.flatMap((form) =>
      counted.filter(({ formCode }) => formCode === form.code).map((each) => ({ ...each, form })),
    ),
    missing: missing.map((each) => ({ ...each, form: frozenForm(profile, each.formCode) })),
    unstaffed: await unstaffedIn(db, cycle, profile, departments, at),
  };
}

/** What nobody can write today and has no form from before. */
async function unstaffedIn(
  db: Reader,
  cycle: CycleRow,
  profile: Profile,
  departments: readonly string[] | null,
  at: { readonly now: Date; readonly zone: string },
): Promise<CycleProgress['unstaffed']> {
  const shared = profile.forms.filter(({ level }) => level !== 'person');
  if (shared.length === 0 || cycle.state !== 'running') return [];
  const day = dayOf(at.now, at.zone);
  const { unstaffed } = await owedForms(db, { ...profile, forms: shared }, cycle.unitCode, day);
  const given = unstaffed.length === 0 ? new Set<string>() : await formsOwed(db, profile.id);
  const over = (await stagesOf(db, cycle.id)).filter(({ closesAt }) => closesAt <= at.now);
  return unstaffed.filter(
    (owed) =>
      !given.has(keyOfOwed(owed)) &&
      !over.some(({ code }) => code === owed.form.stage) &&
      (departments === null || departments.includes(owed.objectCode)),
  );
}

type Scope = 'all' | 'none' | readonly string[];

/** The part of `scope` that `department` is. */
function within(scope: Scope, department: string | undefined): Scope {
  if (department === undefined || scope === 'none') return scope;
  return scope === 'all' || scope.includes(department) ? [department] : 'none';
}

function scopeIn(authority: Authority, cycle: CycleRow): Scope {
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
