/** 自查: the person's own form, or the launch of a new cycle for those who may. */
import type { Router } from '../bot/router.ts';
import { cycleLaunch, cyclePropose } from '../cards/actions.ts';
import type { FormValues } from '../cards/form.ts';
import {
  launchCard,
  launchedCard,
  nothingToFillCard,
  nothingToLaunchCard,
  proposeCard,
} from '../cards/launch.ts';
import type { Card, Reply } from '../cards/model.ts';
import { refusalToast } from '../cards/wording.ts';
import { dayOf, isDay } from '../domain/calendar.ts';
import { levels } from '../domain/profile-forms.ts';
import { authorityOf } from '../services/authority.ts';
import { launchCycle } from '../services/cycle.ts';
import { launchableUnits } from '../services/launchable.ts';
import type { LoadedProfile } from '../services/profile.ts';
import { type OwnForm, viewProgress } from '../services/progress.ts';
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

export function registerLaunch(router: Router<Caller>, profiles: readonly LoadedProfile[]): void {
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
    const offered = profiles.map(({ profile }) => profile);
    return { replace: launchCard(found, offered, caller.ctx.now, caller.ctx.zone) };
  });
  router.on(cycleLaunch, (caller, { unit }, values) => launch(caller, unit, values, profiles));
}

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

async function launch(
  caller: Caller,
  unitCode: string,
  values: FormValues,
  profiles: readonly LoadedProfile[],
): Promise<Reply> {
  const { profile: id, startOn } = values;
  const loaded = profiles.find(({ profile }) => profile.id === id);
  if (loaded === undefined)
    return { toast: refusalToast({ code: 'fieldRequired', detail: { field: 'profile' } }) };
  if (typeof startOn !== 'string' || !isDay(startOn)) {
    return { toast: refusalToast({ code: 'fieldRequired', detail: { field: 'startOn' } }) };
  }
  const result = await launchCycle(caller.ctx, { loaded, unitCode, startOn });
  if (!result.ok) return { toast: refusalToast(result.refusal) };
  const { people, stages } = result.value;
  return {
    toast: { tone: 'success', text: `自查已发起，覆盖${people}人` },
    replace: launchedCard({
      name: loaded.profile.name,
      people,
      stages,
      today: dayOf(caller.ctx.now, caller.ctx.zone),
    }),
  };
}
