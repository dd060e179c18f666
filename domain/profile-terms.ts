/** The words every part of a profile is written with: codes, clauses, days, roles (contract §5). */
import { z } from 'zod';
import { type DayRule, isDay } from './calendar.ts';

/** Where a schema names a code instead of zod's own words, `profile check` has a sentence for it. */
export const code = z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'codeForm');
export const clause = z.string().min(1);
export const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'clockForm');
export const workdays = z.strictObject({ workdays: z.int().min(0).max(250) });

/** The roles an assignment can give (contract §5). */
export const roles = [
  'principal_leader',
  'leader_in_charge',
  'department_head',
  'team_member',
  'leading_group_head',
  'leading_group_member',
  'leading_group_office',
  'party_branch',
  'discipline_inspection',
  'inspection_team',
  'collection_point',
  'informant',
  'supervisor_external',
  'administrator',
] as const;
export const role = z.enum(roles);
export type Role = z.infer<typeof role>;

export const dayRule: z.ZodType<DayRule> = z.union(
  [
    z.strictObject({ monthDay: z.string().refine((text) => isDay(`2028-${text}`), 'noSuchDay') }),
    z.strictObject({
      xun: z.strictObject({
        month: z.int().min(1).max(12),
        part: z.enum(['early', 'middle', 'late']),
        edge: z.enum(['start', 'end']),
      }),
    }),
    z.strictObject({ offsetDays: z.int() }),
  ],
  'dayRuleForm',
);
