/** A cycle (周期): the profile's stages resolved to real days for one start day (PLAN-01, PLAN-05…07). */
import { type Day, endOfDay, instantAt, resolveDayRule } from './calendar.ts';
import type { Profile, ProfileForm } from './profile.ts';
import { accept, type Result, refuse, together } from './refusal.ts';

export type ResolvedStage = {
  readonly code: string;
  readonly name: string;
  readonly ordinal: number;
  readonly firstDay: Day;
  readonly lastDay: Day;
  readonly opensAt: Date;
  /** Exclusive: the first instant after the last day. */
  readonly closesAt: Date;
};

/**
 * The stages of `profile` for a cycle that starts on `startOn`. A stage that ended before the start keeps its last
 * day and is closed from the beginning; stages may overlap or leave gaps.
 */
export function resolveStages(
  profile: Pick<Profile, 'stages'>,
  startOn: Day,
  zone: string,
): readonly ResolvedStage[] {
  const year = Number(startOn.slice(0, 4));
  return profile.stages.map((stage, index) => {
    const lastDay = resolveDayRule(stage.closes, year, startOn);
    const opens = resolveDayRule(stage.opens, year, startOn);
    const firstDay = [opens, lastDay].toSorted()[0] ?? lastDay;
    return {
      code: stage.code,
      name: stage.name,
      ordinal: index + 1,
      firstDay,
      lastDay,
      opensAt: instantAt(firstDay, '00:00', zone),
      closesAt: endOfDay(lastDay, zone),
    };
  });
}

/** A start more than a year away is a slip of the pen; of years like 0001 or 9999 the calendar knows nothing. */
export function checkStart(startOn: Day, today: Day): Result<null> {
  const years = Number(startOn.slice(0, 4)) - Number(today.slice(0, 4));
  return Math.abs(years) <= 1 ? accept(null) : refuse('fieldInvalid', { field: 'startOn' });
}

/** Whether every form can still be filled on `today`, or may be left out when its stage is over. */
export function checkStages(
  { forms }: Pick<Profile, 'forms'>,
  stages: readonly ResolvedStage[],
  today: Day,
): Result<null> {
  const needed = new Set(
    forms.filter(({ ifOver }) => ifOver === 'refuse').map(({ stage }) => stage),
  );
  const over = stages.filter(({ code, lastDay }) => needed.has(code) && lastDay < today);
  const refusal = together(
    over.map(({ name, lastDay }) => ({ code: 'stageClosed', detail: { stage: name, lastDay } })),
  );
  return refusal === undefined ? accept(null) : { ok: false, refusal };
}

/** The days between which a form is to be given in (PLAN-08); null where it sets none. */
export function submissionDays(
  { submission }: Pick<ProfileForm, 'submission'>,
  startOn: Day,
): { readonly earliestOn: Day | null; readonly latestOn: Day | null } {
  const year = Number(startOn.slice(0, 4));
  const { earliest, latest } = submission ?? {};
  return {
    earliestOn: earliest === undefined ? null : resolveDayRule(earliest, year, startOn),
    latestOn: latest === undefined ? null : resolveDayRule(latest, year, startOn),
  };
}

/** How a form given in on `day` stands to its days: before the first, or after the last (PLAN-08). */
export function punctuality(
  day: Day,
  { earliestOn, lastDay }: { readonly earliestOn: Day | null; readonly lastDay: Day },
): 'early' | 'onTime' | 'late' {
  if (earliestOn !== null && day < earliestOn) return 'early';
  return day > lastDay ? 'late' : 'onTime';
}
