/** 自查: the person's own form, or the launch of a new cycle for those who may. */
import type { Router } from '../bot/router.ts';
import { cycleLaunch, cyclePropose, cycleRehearse } from '../cards/actions.ts';
import type { FormValues } from '../cards/form.ts';
import {
  askField,
  type LaunchValues,
  launchCard,
  launchedCard,
  nothingToFillCard,
  nothingToLaunchCard,
  proposeCard,
} from '../cards/launch.ts';
import type { Card, Reply, Toast } from '../cards/model.ts';
import { refusalToast } from '../cards/wording.ts';
import { dayOf, isDay } from '../domain/calendar.ts';
import { asksOf } from '../domain/profile-asks.ts';
import { levels } from '../domain/profile-forms.ts';
import { accept, type Result, refuse } from '../domain/refusal.ts';
import type { SendingLimits } from '../domain/rehearsal.ts';
import { authorityOf } from '../services/authority.ts';
import { launchCycle } from '../services/cycle.ts';
import type { LaunchInput } from '../services/launch-plan.ts';
import { launchableProfiles, launchableUnits } from '../services/launchable.ts';
import type { LoadedProfile } from '../services/profile.ts';
import { type OwnForm, viewProgress } from '../services/progress.ts';
import { type Rehearsal, rehearseLaunch } from '../services/rehearsal.ts';
import type { Command } from './commands.ts';
import { showAgain } from './lists.ts';
import { type Caller, reading } from './reply.ts';

export const launchCommands = (profiles: readonly LoadedProfile[]): readonly Command[] => [
  {
    word: '自查',
    aliases: ['我的自查', '自查表', '填写自查表'],
    text: '填写自查表，或发起新一轮自查',
    run: (caller) => selfCheck(caller, profiles),
  },
  {
    word: '发起自查',
    aliases: ['发起', '发起新一轮自查'],
    text: '为本单位发起新一轮自查',
    run: (caller) => propose(caller, profiles),
  },
];

/** `limits` are those of the messenger the cards will go through. */
export function registerLaunch(
  router: Router<Caller>,
  profiles: readonly LoadedProfile[],
  limits: SendingLimits,
): void {
  router.on(cyclePropose, async (caller, { unit }) => {
    const units = await launchableUnits(await reading(caller), caller.person, profiles, caller.ctx);
    const found = units.find(({ code }) => code === unit);
    if (found === undefined) {
      const launcher = { code: 'roleRequired', detail: { role: 'leading_group_office' } } as const;
      const { roles } = await authorityOf(
        await reading(caller),
        caller.person,
        dayOf(caller.ctx.now, caller.ctx.zone),
      );
      const launchers = new Set<string>(profiles.map(({ profile }) => profile.launchedBy));
      const holds = roles.some(({ role, scopeCode }) => launchers.has(role) && scopeCode === unit);
      return { toast: refusalToast(holds ? { code: 'cycleRunning' } : launcher) };
    }
    const here = { ...caller.ctx, unit };
    const offered = await launchableProfiles(await reading(caller), caller.person, profiles, here);
    const written = offered.map(({ profile }) => profile);
    return { replace: launchCard(found, written, shownTo(caller)) };
  });
  router.on(cycleRehearse, (caller, { unit }, values) =>
    withChoice(profiles, unit, values, (choice) => rehearse(caller, choice, limits)),
  );
  router.on(cycleLaunch, (caller, { unit }, values) =>
    withChoice(profiles, unit, values, (choice) => launch(caller, choice, limits)),
  );
}

const shownTo = ({ ctx }: Caller) => ({ today: dayOf(ctx.now, ctx.zone), zone: ctx.zone });

/** Self-checks before other papers, what is to be filled in before what is not, the own one before shared ones. */
const rank = ({ form, toFill }: OwnForm): number =>
  (form.content.kind === 'riskPoints' ? 0 : 10) + (toFill ? 0 : 5) + levels.indexOf(form.level);

/** Exactly one answer: the own form that comes first, of equal ones the newest, else the launch, else a word that nothing is to be done. */
async function selfCheck(caller: Caller, profiles: readonly LoadedProfile[]): Promise<Card | null> {
  const db = await reading(caller);
  const { own } = await viewProgress(db, caller.person, caller.ctx);
  const [first] = own.toSorted((a, b) => rank(a) - rank(b));
  if (first !== undefined) {
    showAgain(caller, first.procedureId);
    return null;
  }
  const units = await launchableUnits(db, caller.person, profiles, caller.ctx);
  return units.length > 0 ? proposeCard(units, { nothingOwed: true }) : nothingToFillCard;
}

/** The launch, also for somebody who has a form to fill. */
async function propose(caller: Caller, profiles: readonly LoadedProfile[]): Promise<Card> {
  const db = await reading(caller);
  const units = await launchableUnits(db, caller.person, profiles, caller.ctx);
  return units.length > 0 ? proposeCard(units, { nothingOwed: false }) : nothingToLaunchCard;
}

/** What the launch form says. */
type Choice = { readonly input: LaunchInput; readonly values: LaunchValues };

async function withChoice(
  profiles: readonly LoadedProfile[],
  unitCode: string,
  values: FormValues,
  then: (choice: Choice) => Promise<Reply>,
): Promise<Reply> {
  const choice = choiceOf(profiles, unitCode, values);
  return choice.ok ? then(choice.value) : { toast: refusalToast(choice.refusal) };
}

function choiceOf(
  profiles: readonly LoadedProfile[],
  unitCode: string,
  given: FormValues,
): Result<Choice> {
  const loaded = profiles.find(({ profile }) => profile.id === given['profile']);
  if (loaded === undefined) return refuse('fieldRequired', { field: 'profile' });
  const { startOn } = given;
  if (typeof startOn !== 'string' || !isDay(startOn))
    return refuse('fieldRequired', { field: 'startOn' });
  const typed = asksOf(loaded.profile).map(({ key }, index) => {
    const value = given[askField(index)];
    return { key, field: askField(index), text: typeof value === 'string' ? value : '' };
  });
  const answers = Object.fromEntries(typed.map(({ key, text }) => [key, text]));
  const fields = Object.fromEntries(
    typed.filter(({ text }) => text !== '').map(({ field, text }) => [field, text]),
  );
  const values = { profile: loaded.profile.id, startOn, ...fields };
  return accept({ input: { loaded, unitCode, startOn, answers }, values });
}

async function rehearse(caller: Caller, choice: Choice, limits: SendingLimits): Promise<Reply> {
  const { input, values } = choice;
  const db = await reading(caller);
  const rehearsed = await rehearseLaunch(db, caller.ctx, input, limits);
  if (!rehearsed.ok) return { toast: refusalToast(rehearsed.refusal) };
  const rehearsal = rehearsed.value;
  const shown = { ...shownTo(caller), values, rehearsal };
  return {
    toast: verdictOf(rehearsal),
    replace: launchCard(rehearsal.unit, [input.loaded.profile], shown),
  };
}

function verdictOf({ blockers }: Rehearsal): Toast {
  const [first, ...more] = blockers;
  if (first === undefined) return { tone: 'success', text: '预演通过，可以发起' };
  if (more.length === 0) return refusalToast(first);
  return { tone: 'error', text: `预演发现${blockers.length}个问题，请按卡片上的说明处理` };
}

/** A launch that is refused for what the organisation or the form lacks shows everything it lacks. */
async function launch(caller: Caller, choice: Choice, limits: SendingLimits): Promise<Reply> {
  const { input } = choice;
  const result = await launchCycle(caller.ctx, input);
  if (!result.ok) {
    const toast = refusalToast(result.refusal);
    const isPlain = result.refusal.code === 'cycleRunning' && result.refusal.also === undefined;
    if (isPlain) return { toast };
    const { replace } = await rehearse(caller, choice, limits);
    return replace === undefined ? { toast } : { toast, replace };
  }
  const { people, stages, figures } = result.value;
  const settings = asksOf(input.loaded.profile).flatMap(({ key, question }) => {
    const figure = figures[key];
    return figure === undefined ? [] : [{ question, figure }];
  });
  return {
    toast: { tone: 'success', text: `自查已发起，覆盖${people}人` },
    replace: launchedCard({
      name: input.loaded.profile.name,
      people,
      stages,
      settings,
      today: dayOf(caller.ctx.now, caller.ctx.zone),
    }),
  };
}
