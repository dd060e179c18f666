/** What a launch costs the messenger: how many cards at once, how long that takes, which grow too old, who has no account. */
import type { Reader } from '../db/client.ts';
import { peopleWithoutAccount } from '../db/identity.ts';
import { daysBetween, endOfDay, type WorkCalendar } from '../domain/calendar.ts';
import type { ProfileForm } from '../domain/profile.ts';
import { fanOutSeconds, type SendingLimits } from '../domain/rehearsal.ts';
import { nextSendInstant } from '../domain/send-window.ts';
import type { Context } from './context.ts';
import type { LaunchPlan } from './launch-plan.ts';
import { writersOf } from './owed.ts';
import type { FormDays } from './rehearsal-days.ts';

export type FanOut = {
  readonly stage: string;
  readonly at: Date;
  readonly messages: number;
  /** At least, as far as the platform lets messages through. */
  readonly seconds: number;
};

export type Sending = {
  readonly perMinute: number;
  readonly fanOuts: readonly FanOut[];
  readonly cardLifetimeDays: number;
  /** Cards whose form is open for longer than a card lives; they are sent anew in time. */
  readonly outliving: number;
  /** How often each of them is sent anew at the most. */
  readonly renewals: number;
  /** Names of people no card can be sent to. */
  readonly withoutAccount: readonly string[];
};

const DAY_MS = 86_400_000;

export async function sendingOf(
  db: Reader,
  ctx: Context,
  {
    plan,
    dated,
    calendar,
    limits,
  }: {
    readonly plan: LaunchPlan;
    readonly dated: readonly { readonly form: ProfileForm; readonly days: FormDays }[];
    readonly calendar: WorkCalendar;
    readonly limits: SendingLimits;
  },
): Promise<Sending> {
  const cardsOf = (form: ProfileForm) => plan.walks.filter(({ owed }) => owed.form === form).length;
  const cardLifetimeDays = limits.cardLifetimeMs / DAY_MS;
  const open = dated.map(({ form, days }) => ({
    cards: cardsOf(form),
    days: daysBetween(days.opensOn, days.due.day) + 1,
  }));
  const long = open.filter(({ days }) => days > cardLifetimeDays);
  const writers = writersOf(plan.forms);
  const missing = await peopleWithoutAccount(
    db,
    writers.map(({ writer }) => writer),
  );
  return {
    perMinute: limits.sendsPerMinute,
    fanOuts: fanOutsOf(ctx, plan, dated, { calendar, limits, cardsOf }),
    cardLifetimeDays,
    outliving: long.reduce((sum, { cards }) => sum + cards, 0),
    renewals: Math.max(0, ...long.map(({ days }) => Math.ceil(days / cardLifetimeDays) - 1)),
    withoutAccount: writers
      .filter(({ writer }) => missing.has(writer))
      .map(({ writerName }) => writerName),
  };
}

/** The forms of a stage are handed out together: at once, or when it opens. */
function fanOutsOf(
  ctx: Context,
  { stages, answered }: LaunchPlan,
  dated: readonly { readonly form: ProfileForm }[],
  {
    calendar,
    limits,
    cardsOf,
  }: {
    readonly calendar: WorkCalendar;
    readonly limits: SendingLimits;
    readonly cardsOf: (form: ProfileForm) => number;
  },
): readonly FanOut[] {
  const byStage = Map.groupBy(dated, ({ form }) => form.stage);
  return stages.flatMap((stage): FanOut[] => {
    const forms = byStage.get(stage.code) ?? [];
    const messages = forms.reduce((sum, { form }) => sum + cardsOf(form), 0);
    if (messages === 0 || endOfDay(stage.lastDay, ctx.zone) <= ctx.now) return [];
    const window = answered?.profile.settings.sendWindow;
    const opening =
      window === undefined
        ? stage.opensAt
        : nextSendInstant(stage.opensAt, window, calendar, ctx.zone);
    const at = stage.opensAt <= ctx.now ? ctx.now : opening;
    return [{ stage: stage.name, at, messages, seconds: fanOutSeconds(messages, limits) }];
  });
}
