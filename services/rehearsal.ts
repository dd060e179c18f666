/** What a launch would bring, told before it: who gets what, who reviews whom, when, how much, and what is missing. */
import type { Reader } from '../db/client.ts';
import { vacantPosts } from '../db/organisation.ts';
import type { Day } from '../domain/calendar.ts';
import type { ProfileForm } from '../domain/profile.ts';
import type { Figure } from '../domain/profile-asks.ts';
import type { Level } from '../domain/profile-forms.ts';
import type { Role } from '../domain/profile-terms.ts';
import { accept, type Refusal, type Result } from '../domain/refusal.ts';
import {
  type LaterStep,
  type Load,
  loadsOf,
  rolesAskedBy,
  type SendingLimits,
  type WalkedStep,
} from '../domain/rehearsal.ts';
import { loadWorkCalendar } from './calendar.ts';
import type { Context } from './context.ts';
import {
  isLeftOut,
  type LaunchInput,
  type LaunchPlan,
  planLaunch,
  type UnstaffedName,
  unstaffedIn,
} from './launch-plan.ts';
import { type OwedForm, writersOf } from './owed.ts';
import { placeKey } from './procedure-facts.ts';
import {
  type Deadline,
  deadlineOf,
  dueDaysOf,
  type FormDays,
  type StepDeadline,
  sharesOf,
} from './rehearsal-days.ts';
import { type Sending, sendingOf } from './rehearsal-sending.ts';

export type RehearsedStep = {
  readonly name: string;
  /** If every form came in on the last day of its stage. */
  readonly latest: StepDeadline;
  /** Who is asked for additions that nobody has to make; missing at every other step. */
  readonly optionalFor?: 'department' | readonly Role[];
  /** Bodies without an account, for which whoever confirms the receipt records its day and reference. */
  readonly outside: readonly string[];
  /** Everybody who is asked, and at how many forms. */
  readonly reviewers: readonly { readonly name: string; readonly forms: number }[];
  /** Authors who hold the reviewing office themselves, and who stands in. */
  readonly standIns: readonly { readonly author: string; readonly by: readonly string[] }[];
  /** Authors for whom there is nobody to ask; the step is recorded as not applicable. */
  readonly skipped: readonly string[];
  readonly blocked: readonly string[];
};

export type RehearsedForm = {
  readonly name: string;
  readonly level: Level;
  readonly stage: string;
  readonly opensOn: Day;
  readonly due: Deadline;
  readonly authors: readonly string[];
  readonly steps: readonly RehearsedStep[];
};

export type Rehearsal = {
  readonly profile: { readonly id: string; readonly name: string };
  readonly unit: { readonly code: string; readonly name: string };
  readonly startOn: Day;
  /** Nothing can be launched as long as there is one. */
  readonly blockers: readonly Refusal[];
  readonly people: number;
  /** What the questions of the profile are answered with, suggestions included; empty while one is open. */
  readonly figures: Readonly<Record<string, Figure>>;
  readonly stages: readonly {
    readonly name: string;
    readonly first: Deadline;
    readonly last: Deadline;
    readonly isOver: boolean;
  }[];
  readonly forms: readonly RehearsedForm[];
  /** Forms that nobody can write yet. */
  readonly unstaffed: readonly UnstaffedName[];
  /** Departments in which nobody holds a reviewing office. */
  readonly gaps: readonly { readonly department: string; readonly role: Role }[];
  readonly vacantPosts: readonly { readonly departmentName: string; readonly postName: string }[];
  readonly loads: readonly (Load & { readonly name: string })[];
  readonly sending: Sending;
};

/** Rehearses a launch; writes nothing. Refused only to those who may not launch. */
export async function rehearseLaunch(
  db: Reader,
  ctx: Context,
  input: LaunchInput,
  limits: SendingLimits,
): Promise<Result<Rehearsal>> {
  const planned = await planLaunch(db, ctx, input);
  if (!planned.ok) return planned;
  const plan = planned.value;
  const { id, name, forms } = input.loaded.profile;
  const calendar = await loadWorkCalendar(db);
  const given = forms.filter((form) => !isLeftOut(form, plan.stages, plan.today));
  const dated = given.flatMap((form) => {
    const days = dueDaysOf(form, plan, calendar);
    return days === undefined ? [] : [{ form, days }];
  });
  const names = namesIn(plan);
  const shares = dated.flatMap(({ form, days }) => sharesOf(walksOn(plan, form), days, calendar));
  return accept({
    profile: { id, name },
    unit: plan.unit,
    startOn: plan.startOn,
    blockers: plan.blockers,
    people: writersOf(plan.forms).length,
    figures: plan.answered?.figures ?? {},
    stages: plan.stages.map((stage) => ({
      name: stage.name,
      first: deadlineOf(stage.firstDay, calendar),
      last: deadlineOf(stage.lastDay, calendar),
      isOver: stage.lastDay < plan.today,
    })),
    forms: dated.map(({ form, days }) => rehearsedForm(plan, form, days, names)),
    unstaffed: unstaffedIn(plan),
    gaps: gapsOf(plan, forms),
    vacantPosts: await vacantPosts(db, plan.unit.code, plan.today),
    loads: loadsOf(shares).map((load) => ({ ...load, name: names(load.person) })),
    sending: await sendingOf(db, ctx, { plan, dated, calendar, limits }),
  });
}

const walksOn = ({ walks }: LaunchPlan, form: ProfileForm) =>
  walks.filter(({ owed }) => owed.form === form);

type Names = (code: string) => string;

function namesIn({ facts, forms }: LaunchPlan): Names {
  const known = new Map(forms.map(({ writer, writerName }) => [writer, writerName]));
  for (const { names } of facts.values()) for (const [code, name] of names) known.set(code, name);
  return (code) => known.get(code) ?? code;
}

function rehearsedForm(
  plan: LaunchPlan,
  form: ProfileForm,
  days: FormDays,
  names: Names,
): RehearsedForm {
  const walks = walksOn(plan, form);
  const steps = form.steps.flatMap((step, index): RehearsedStep[] => {
    const latest = days.steps[index];
    if (step.kind === 'fill' || latest === undefined) return [];
    const walked = walks.flatMap(({ owed, steps: own }) =>
      own.filter((each) => each.step === step).map((each) => ({ author: authorOf(owed), ...each })),
    );
    return [{ latest, ...rehearsedStep(step, walked, names) }];
  });
  const { stage, opensOn, due } = days;
  const authors = walks.map(({ owed }) => authorOf(owed));
  return { name: form.name, level: form.level, stage, opensOn, due, authors, steps };
}

/** Who writes; one person may write for several sections. */
const authorOf = ({ form, objectName, writerName }: OwedForm): string =>
  form.level === 'person' ? writerName : `${objectName}${writerName}`;

function rehearsedStep(
  step: LaterStep,
  walked: readonly (WalkedStep & { readonly author: string })[],
  names: Names,
): Omit<RehearsedStep, 'latest'> {
  const authorsOf = (outcome: WalkedStep['outcome']) =>
    walked.filter((each) => each.outcome === outcome).map(({ author }) => author);
  const counted = Map.groupBy(
    walked.flatMap(({ asked }) => asked),
    (person) => person,
  );
  return {
    name: step.name,
    ...(step.kind === 'comment' ? { optionalFor: step.asks } : {}),
    outside:
      step.kind === 'file'
        ? step.addressees.filter(({ external }) => external).map(({ name }) => name)
        : [],
    reviewers: [...counted]
      .map(([person, all]) => ({ name: names(person), forms: all.length }))
      .toSorted((a, b) => b.forms - a.forms),
    standIns: walked
      .filter(({ isOwnOffice, asked }) => isOwnOffice && asked.length > 0)
      .map(({ author, asked }) => ({ author, by: asked.map(names) })),
    skipped: authorsOf('skipped'),
    blocked: authorsOf('blocked'),
  };
}

/** Offices that a step asks for and a department has nobody in. */
function gapsOf(plan: LaunchPlan, forms: readonly ProfileForm[]): Rehearsal['gaps'] {
  const roles = new Set(forms.flatMap(({ steps }) => steps.flatMap(rolesAskedBy)));
  const departments = new Map(
    plan.forms.flatMap(({ departmentCode, departmentName }) =>
      departmentCode === null ? [] : [[departmentCode, departmentName] as const],
    ),
  );
  const holdersIn = (departmentCode: string) =>
    plan.facts.get(placeKey({ departmentCode, unitCode: plan.unit.code }))?.holders ?? {};
  return [...departments].flatMap(([code, department]) =>
    [...roles]
      .filter((role) => (holdersIn(code)[role] ?? []).length === 0)
      .map((role) => ({ department, role })),
  );
}
