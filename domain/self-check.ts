/** The self-check form (自查表): what a risk point must say before it can be submitted (S2-P2.1.1, RISK-03, RISK-05). */
import { z } from 'zod';
import { canonicalJson } from './canonical.ts';
import type { Profile, RiskType } from './profile.ts';
import { FIELD_LENGTH, type PointRules } from './profile-forms.ts';
import { accept, type Result, refuse } from './refusal.ts';

const answer = z.string().max(FIELD_LENGTH);

/** One risk point as its author states it. Empty strings are answers not given yet. */
export const riskPointSchema = z.strictObject({
  riskType: z.string().max(64),
  content: answer,
  /** Codes ticked in the pick-list of the risk type. */
  manifestationPicks: z.array(z.string().max(64)).max(40),
  /** The manifestation in the author's own words; ticks alone are no complete answer (RISK-05). */
  manifestation: answer,
  existence: z.enum(['', 'present', 'potential']),
  measures: answer,
});
export type RiskPointAnswer = z.infer<typeof riskPointSchema>;

export const draftSchema = z.strictObject({
  points: z.array(riskPointSchema).max(20),
  /** The point being written. */
  current: riskPointSchema,
  /** Which finished point `current` replaces; null = a new one. */
  editing: z.int().min(0).nullable(),
});
export type SelfCheckDraft = z.infer<typeof draftSchema>;

/** A submitted form: complete points only. */
export const contentSchema = z.strictObject({ points: z.array(riskPointSchema).min(1).max(20) });
export type SelfCheckContent = z.infer<typeof contentSchema>;

export const emptyPoint: RiskPointAnswer = {
  riskType: '',
  content: '',
  manifestationPicks: [],
  manifestation: '',
  existence: '',
  measures: '',
};

export const emptyDraft: SelfCheckDraft = { points: [], current: emptyPoint, editing: null };

/** The form's fields in the order they are asked. */
export const pointFields = [
  'riskType',
  'content',
  'manifestation',
  'existence',
  'measures',
] as const;
export type PointField = (typeof pointFields)[number];

/** Refuses answers that are longer than a field holds; the field is named. */
export function checkLengths(point: RiskPointAnswer): Result<RiskPointAnswer> {
  const tooLong = pointFields.find((field) => point[field].length > FIELD_LENGTH);
  if (tooLong !== undefined)
    return refuse('fieldTooLong', { field: tooLong, limit: String(FIELD_LENGTH) });
  const parsed = riskPointSchema.safeParse(point);
  return parsed.success ? accept(parsed.data) : refuse('fieldInvalid', { field: 'riskType' });
}

/** Whether nothing at all has been written into `point`. */
export function isBlank(point: RiskPointAnswer): boolean {
  return (
    point.manifestationPicks.length === 0 &&
    pointFields.every((field) => point[field].trim() === '')
  );
}

/** Checks a finished point against the form; a refusal names the field in `detail.field`. */
export function checkPoint(
  profile: Profile,
  form: PointRules,
  point: RiskPointAnswer,
): Result<RiskPointAnswer> {
  const missing = pointFields.find((field) => point[field].trim() === '');
  if (missing !== undefined) return refuse('fieldRequired', { field: missing });
  if (riskTypeOf(profile, form, point.riskType) === undefined) {
    return refuse('fieldInvalid', { field: 'riskType' });
  }
  const offered = new Set(manifestationsOf(profile, form).map(({ code }) => code));
  const picks = point.manifestationPicks.filter((pick) => offered.has(pick));
  return accept({ ...point, manifestationPicks: picks });
}

/** Puts the point being written in its place, complete or not, so that another can be opened. */
export function parkCurrent(form: PointRules, draft: SelfCheckDraft): Result<SelfCheckDraft> {
  const { editing, current } = draft;
  const replaces = editing !== null && editing < draft.points.length;
  if (isBlank(current) && !replaces)
    return accept({ ...draft, current: emptyPoint, editing: null });
  const points = replaces
    ? draft.points.map((point, index) => (index === editing ? current : point))
    : [...draft.points, current];
  if (points.length > form.maxPoints) {
    return refuse('tooManyRiskPoints', { limit: String(form.maxPoints) });
  }
  return accept({ points, current: emptyPoint, editing: null });
}

/** Finishes the point being written: it must be complete. */
export function keepCurrent(
  profile: Profile,
  form: PointRules,
  draft: SelfCheckDraft,
): Result<SelfCheckDraft> {
  const checked = checkPoint(profile, form, draft.current);
  return checked.ok ? parkCurrent(form, { ...draft, current: checked.value }) : checked;
}

/**
 * What may become of a point typed into an older view of `draft`: `kept` = nothing of it is missing there; `free` = it
 * can become the point being written, because that one is empty or `typed` merely goes on from it; `taken` = that would
 * overwrite something else.
 */
export function placeFor(draft: SelfCheckDraft, typed: RiskPointAnswer): 'kept' | 'free' | 'taken' {
  const text = canonicalJson(typed);
  const isKept = [draft.current, ...draft.points].some((point) => canonicalJson(point) === text);
  if (isKept || isBlank(typed)) return 'kept';
  return isBlank(draft.current) || goesOn(draft.current, typed) ? 'free' : 'taken';
}

/** Whether every answer of `before` is the beginning of the same answer of `after`. */
const goesOn = (before: RiskPointAnswer, after: RiskPointAnswer): boolean =>
  pointFields.every((field) => after[field].startsWith(before[field])) &&
  before.manifestationPicks.every((pick) => after.manifestationPicks.includes(pick));

/** What is submitted: every point, all complete; a refusal names the point and the field. */
export function contentOf(
  profile: Profile,
  form: PointRules,
  draft: SelfCheckDraft,
): Result<SelfCheckContent> {
  const parked = parkCurrent(form, draft);
  if (!parked.ok) return parked;
  if (parked.value.points.length === 0) return checkedContent(profile, form, [draft.current]);
  return checkedContent(profile, form, parked.value.points);
}

function checkedContent(
  profile: Profile,
  form: PointRules,
  points: readonly RiskPointAnswer[],
): Result<SelfCheckContent> {
  const checked: RiskPointAnswer[] = [];
  for (const [index, point] of points.entries()) {
    const result = checkPoint(profile, form, point);
    if (!result.ok) {
      const detail = { ...result.refusal.detail, point: String(index + 1) };
      return { ok: false, refusal: { ...result.refusal, detail } };
    }
    checked.push(result.value);
  }
  return accept({ points: checked });
}

/** Opens point `index` for change; the one being written is put in its place first. */
export function reopenPoint(
  form: PointRules,
  draft: SelfCheckDraft,
  index: number,
): Result<SelfCheckDraft> {
  const parked = parkCurrent(form, draft);
  if (!parked.ok) return parked;
  const point = parked.value.points[index];
  return point === undefined
    ? refuse('notFound')
    : accept({ ...parked.value, current: point, editing: index });
}

/** Takes the point being changed out of the form. */
export function removeCurrent(draft: SelfCheckDraft): Result<SelfCheckDraft> {
  const points = draft.points.filter((_, index) => index !== draft.editing);
  return accept({ points, current: emptyPoint, editing: null });
}

/** The risk type `code`, if this form allows it (RISK-02). */
export function riskTypeOf(profile: Profile, form: PointRules, code: string): RiskType | undefined {
  if (!form.riskTypes.includes(code)) return undefined;
  return profile.riskTypes.find((type) => type.code === code);
}

/** The pick-list: the manifestations of every type the form allows, since a card cannot change while it is filled in. */
export function manifestationsOf(
  profile: Profile,
  form: PointRules,
): readonly { readonly code: string; readonly text: string; readonly type: string }[] {
  return profile.riskTypes
    .filter(({ code }) => form.riskTypes.includes(code))
    .flatMap((type) => type.manifestations.map((each) => ({ ...each, type: type.name })));
}
