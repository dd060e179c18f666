/** What a launch would do and everything that stands in its way, before anything is written (RISK-06, ORG-25). */
import type { Reader } from '../db/client.ts';
import { formsOwed } from '../db/covered.ts';
import { runningCycles } from '../db/cycles.ts';
import { rolesHeldBy } from '../db/roles.ts';
import { unitNames } from '../db/units.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import { checkStages, checkStart, type ResolvedStage, resolveStages } from '../domain/cycle.ts';
import type { ProfileForm, WrittenProfile } from '../domain/profile.ts';
import { type Answered, type Answers, answerAsks } from '../domain/profile-asks.ts';
import { formName } from '../domain/profile-forms.ts';
import { accept, apart, type Refusal, type Result, refuse } from '../domain/refusal.ts';
import { type WalkedStep, walkChain } from '../domain/rehearsal.ts';
import type { Context } from './context.ts';
import { keyOfOwed, type Owed, type OwedForm, owedForms } from './owed.ts';
import { type Facts, factsOfPlaces, placeKey } from './procedure-facts.ts';
import type { LoadedProfile } from './profile.ts';

export type LaunchInput = {
  readonly loaded: LoadedProfile;
  readonly unitCode: string;
  /** Missing = today. */
  readonly startOn?: Day;
  /** Figures the profile leaves open. */
  readonly answers?: Answers;
};

/** The way of one form that is owed. */
export type Walk = {
  readonly owed: OwedForm;
  readonly steps: readonly WalkedStep[];
};

/** A form that is owed and that nobody can write yet, by name. */
export type UnstaffedName = { readonly formName: string; readonly objectName: string };

export type LaunchPlan = {
  readonly unit: { readonly code: string; readonly name: string };
  readonly today: Day;
  readonly startOn: Day;
  /** null while a question of the profile is not answered. */
  readonly answered: Answered | null;
  /** Empty for a start day that no calendar covers. */
  readonly stages: readonly ResolvedStage[];
  /** What is owed and handed out; without the forms that may be left out when their stage is over. */
  readonly forms: readonly OwedForm[];
  readonly unstaffed: Owed['unstaffed'];
  readonly walks: readonly Walk[];
  /** By `placeKey`. */
  readonly facts: ReadonlyMap<string, Facts>;
  readonly blockers: readonly Refusal[];
};

/** The plan for whoever may launch; others are refused and learn nothing of the unit. */
export async function planLaunch(
  db: Reader,
  ctx: Context,
  input: LaunchInput,
): Promise<Result<LaunchPlan>> {
  const { profile } = input.loaded;
  const today = dayOf(ctx.now, ctx.zone);
  const [unit] = await unitNames(db, [input.unitCode]);
  if (unit === undefined) return refuse('unitUnknown', { unit: input.unitCode });
  const may = await mayLaunch(ctx, db, profile, unit.code, today);
  if (!may.ok) return may;
  const startOn = input.startOn ?? today;
  const start = checkStart(startOn, today);
  const stages = start.ok ? resolveStages(profile, startOn, ctx.zone) : [];
  const answered = answerAsks(profile, input.answers ?? {});
  const owed = await formsFor(db, profile, unit, today);
  const { forms: all, unstaffed } = owed.ok ? owed.value : nothingOwed;
  const forms = all.filter(({ form }) => !isLeftOut(form, stages, today));
  const facts = await factsOfPlaces(
    db,
    forms.map(({ departmentCode }) => ({ departmentCode, unitCode: unit.code })),
    today,
  );
  const walks = walksOf(forms, unit.code, facts);
  const refused = [start, checkStages(profile, stages, today), answered, owed].flatMap((result) =>
    result.ok ? [] : apart(result.refusal),
  );
  return accept({
    unit,
    today,
    startOn,
    answered: answered.ok ? answered.value : null,
    stages,
    forms,
    unstaffed,
    walks,
    facts,
    blockers: [...refused, ...chainBlockers(walks)],
  });
}

/** An administrator may always launch; a person must hold the profile's role in the unit. */
async function mayLaunch(
  ctx: Context,
  db: Reader,
  profile: WrittenProfile,
  unitCode: string,
  today: Day,
): Promise<Result<null>> {
  if (ctx.actor.kind === 'administrator') return accept(null);
  const held = await rolesHeldBy(db, ctx.actor.code, today);
  const holds = held.some(
    (each) => each.role === profile.launchedBy && each.scopeCode === unitCode,
  );
  return holds ? accept(null) : refuse('roleRequired', { role: profile.launchedBy });
}

const nothingOwed: Owed = { forms: [], unstaffed: [] };

/** What the unit owes without the same forms in a cycle of a unit above or below it. */
async function formsFor(
  db: Reader,
  profile: WrittenProfile,
  unit: LaunchPlan['unit'],
  today: Day,
): Promise<Result<Owed>> {
  const running = await runningCycles(db, unit.code);
  if (running.some((cycle) => cycle.profileId === profile.id)) return refuse('cycleRunning');
  const all = await owedForms(db, profile, unit.code, today);
  const people = (forms: Owed['forms']) => forms.filter(({ form }) => form.level === 'person');
  const asksPeople = profile.forms.some(({ level }) => level === 'person');
  if (asksPeople && people(all.forms).length === 0)
    return refuse('nobodyCovered', { unit: unit.name });
  const owing = await formsOwed(db, profile.id);
  const forms = all.forms.filter((owed) => !owing.has(keyOfOwed(owed)));
  const unstaffed = all.unstaffed.filter((owed) => !owing.has(keyOfOwed(owed)));
  const free = asksPeople ? people(forms) : forms;
  return free.length === 0 ? refuse('cycleRunning') : accept({ forms, unstaffed });
}

/** Whether a launch on `today` hands out no `form`, because its stage is over. */
export const isLeftOut = (
  { stage, ifOver }: ProfileForm,
  stages: readonly ResolvedStage[],
  today: Day,
): boolean =>
  ifOver === 'skip' && stages.some(({ code, lastDay }) => code === stage && lastDay < today);

/** The forms of `plan` that nobody can write, by name. */
export const unstaffedIn = ({ unit, unstaffed }: LaunchPlan): readonly UnstaffedName[] =>
  unstaffed.map(({ form, objectName }) => ({
    formName: formName(form, { department: objectName, unit: unit.name }),
    objectName,
  }));

function walksOf(
  forms: readonly OwedForm[],
  unitCode: string,
  facts: ReadonlyMap<string, Facts>,
): readonly Walk[] {
  return forms.flatMap((owed): Walk[] => {
    const known = facts.get(placeKey({ departmentCode: owed.departmentCode, unitCode }));
    if (known === undefined) return [];
    return [{ owed, steps: walkChain(owed.form, owed.writer, known) }];
  });
}

/** One refusal for each step that nobody can take, with the first author it stops and how many there are. */
function chainBlockers(walks: readonly Walk[]): readonly Refusal[] {
  const stopped = walks.flatMap(({ owed: { form, writerName }, steps }) =>
    steps
      .filter(({ outcome }) => outcome === 'blocked')
      .map(({ step }) => ({ key: `${form.code} ${step.id}`, step: step.name, writerName })),
  );
  const groups = [...Map.groupBy(stopped, ({ key }) => key).values()];
  return groups.flatMap((group): Refusal[] => {
    const [first] = group;
    if (first === undefined) return [];
    const detail = { step: first.step, person: first.writerName };
    const people = group.length === 1 ? {} : { people: String(group.length) };
    return [{ code: 'noReviewer', detail: { ...detail, ...people } }];
  });
}
