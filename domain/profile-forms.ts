/** The forms of a profile: at which level they are owed, who owes them, what they ask (decision 0012). */
import { z } from 'zod';
import { step } from './profile-steps.ts';
import { clause, code, dayRule, role } from './profile-terms.ts';

/** Of whom a form speaks: a person, a section, or the leading team of the unit that launched. */
export const levels = ['person', 'department', 'team'] as const;
export type Level = (typeof levels)[number];
export const level = z.enum(levels);

/** Characters an answer may have; a chat card takes no more. */
export const FIELD_LENGTH = 1000;
/** Fields of a form, and characters of all its answers together: more would not fit into one card. */
const MOST_FIELDS = 16;
const WHOLE_LENGTH = 6000;

/** Whoever meets all conditions of one rule; of the posts, one has to meet all of them by itself. */
const personRule = z
  .strictObject({
    tiers: z.array(z.string().min(1)).min(1).optional(),
    keyPost: z.literal(true).optional(),
    posts: z.array(z.string().min(1)).min(1).optional(),
    roles: z.array(role).min(1).optional(),
  })
  .refine((rule) => Object.keys(rule).length > 0, 'coverageEmpty');
export type PersonRule = z.infer<typeof personRule>;

const personCoverage = z.union([
  z.literal('everyone'),
  z.strictObject({ anyOf: z.array(personRule).min(1) }),
]);

const departmentRule = z
  .strictObject({
    natures: z
      .array(z.enum(['internal', 'enforcement']))
      .min(1)
      .optional(),
    /** Sections in which somebody holds this role are left out, e.g. that of the unit's leaders. */
    withoutRole: role.optional(),
  })
  .refine((rule) => Object.keys(rule).length > 0, 'coverageEmpty');

const fieldBase = {
  name: code,
  label: z.string().min(1).max(40),
  help: z.string().min(1).max(100).optional(),
  required: z.boolean(),
};
const maxLength = z.int().min(1).max(FIELD_LENGTH);
const choices = z
  .array(z.strictObject({ value: code, text: z.string().min(1).max(60) }))
  .min(2)
  .max(20)
  .refine((all) => new Set(all.map(({ value }) => value)).size === all.length, 'choiceRepeated');

const field = z.discriminatedUnion('kind', [
  z.strictObject({ ...fieldBase, kind: z.literal('text'), maxLength }),
  z.strictObject({ ...fieldBase, kind: z.literal('longText'), maxLength }),
  z.strictObject({ ...fieldBase, kind: z.literal('number') }),
  z.strictObject({ ...fieldBase, kind: z.literal('date') }),
  z.strictObject({ ...fieldBase, kind: z.literal('single'), choices }),
  z.strictObject({ ...fieldBase, kind: z.literal('multiple'), choices }),
]);
export type ProfileField = z.infer<typeof field>;

const fields = z
  .array(field)
  .min(1)
  .max(MOST_FIELDS)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'fieldRepeated')
  .refine((all) => all.reduce((sum, one) => sum + lengthOf(one), 0) <= WHOLE_LENGTH, 'formTooLong');

const lengthOf = (one: ProfileField): number => ('maxLength' in one ? one.maxLength : 0);

const riskPoints = z.strictObject({
  kind: z.literal('riskPoints'),
  riskTypes: z.array(code).min(1),
  maxPoints: z.int().min(1).max(20),
});
/** Which types a form accepts, and how many points. */
export type PointRules = Pick<z.infer<typeof riskPoints>, 'riskTypes' | 'maxPoints'>;

const content = z.discriminatedUnion('kind', [
  riskPoints,
  z.strictObject({ kind: z.literal('fields'), fields }),
]);

const formBase = {
  code,
  /** `{department}` and `{unit}` stand for the names of the section and of the unit that launched. */
  name: z.string().min(1),
  stage: code,
  /** What a launch does when the form's stage is over already. */
  ifOver: z.enum(['refuse', 'skip']),
  /** Days between which it is to be given in (PLAN-08); earlier and later is possible and marked. */
  submission: z
    .strictObject({ earliest: dayRule.optional(), latest: dayRule.optional(), clause })
    .refine(
      ({ earliest, latest }) => earliest !== undefined || latest !== undefined,
      'submissionEmpty',
    )
    .optional(),
  content,
  steps: z.array(step).min(1),
  clause,
};
/** Who writes for a section or a team: the first of these roles that somebody holds. */
const filledBy = z.array(role).min(1);

export const form = z.discriminatedUnion('level', [
  z.strictObject({ ...formBase, level: z.literal('person'), covers: personCoverage }),
  z.strictObject({
    ...formBase,
    level: z.literal('department'),
    covers: z.union([z.literal('everyDepartment'), departmentRule]),
    filledBy,
  }),
  z.strictObject({
    ...formBase,
    level: z.literal('team'),
    covers: z.literal('launchingUnit'),
    filledBy,
  }),
]);
export type ProfileForm = z.infer<typeof form>;
export type PersonForm = Extract<ProfileForm, { level: 'person' }>;
export type DepartmentForm = Extract<ProfileForm, { level: 'department' }>;

/** The name of `form` for one section and unit. */
export const formName = (
  { name }: Pick<ProfileForm, 'name'>,
  of: { readonly department: string; readonly unit: string },
): string =>
  name.replaceAll('{department}', () => of.department).replaceAll('{unit}', () => of.unit);

/** Whether the name says by itself whose form it is. */
export const namesItsObject = ({
  name,
  level: at,
}: Pick<ProfileForm, 'name' | 'level'>): boolean =>
  at === 'department' ? name.includes('{department}') : at === 'team' && name.includes('{unit}');
