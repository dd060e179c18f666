/** A scheme (方案) as data: one strict schema. Every rule names its clause; a figure that no source gives stands under `settings`. */
import { z } from 'zod';
import { type DayRule, isDay } from './calendar.ts';

const code = z.string().regex(/^[a-z][A-Za-z0-9]*$/);
const clause = z.string().min(1);
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
const workdays = z.strictObject({ workdays: z.int().min(0).max(250) });

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
const role = z.enum(roles);
export type Role = z.infer<typeof role>;

const dayRule: z.ZodType<DayRule> = z.union([
  z.strictObject({ monthDay: z.string().refine((text) => isDay(`2028-${text}`), 'noSuchDay') }),
  z.strictObject({
    xun: z.strictObject({
      month: z.int().min(1).max(12),
      part: z.enum(['early', 'middle', 'late']),
      edge: z.enum(['start', 'end']),
    }),
  }),
  z.strictObject({ offsetDays: z.int() }),
]);

const stage = z.strictObject({
  code,
  name: z.string().min(1),
  opens: dayRule,
  closes: dayRule,
  clause,
});

const riskType = z.strictObject({
  code,
  name: z.string().min(1),
  manifestations: z.array(z.strictObject({ code, text: z.string().min(1) })),
  clause,
});

const stepBase = {
  id: code,
  name: z.string().min(1),
  clause,
};

/** When a step is due: with its stage, or so many working days after it opened. */
const limit = z.union([z.literal('stageEnd'), workdays]);

const fillStep = z.strictObject({ ...stepBase, kind: z.literal('fill'), limit });
const reviewerBase = {
  ...stepBase,
  who: role,
  /** Tried in order when `who` is nobody, the author, or somebody who signed before: one level up instead. */
  otherwise: z.array(role),
  opinion: z.enum(['always', 'onReturn']),
  limit,
};
const signStep = z.strictObject({
  ...reviewerBase,
  kind: z.literal('sign'),
  /** What happens when nobody stands above the author: the step is recorded as not applicable, or the launch is refused. */
  ifNobody: z.enum(['skip', 'refuse']),
});
const decideStep = z.strictObject({
  ...reviewerBase,
  kind: z.literal('decide'),
  /** The bodies whose members may have attended the recorded meeting. */
  meetingOf: z.array(role).min(1),
});
const step = z.discriminatedUnion('kind', [fillStep, signStep, decideStep]);
export type Step = z.infer<typeof step>;
export type ReviewStep = z.infer<typeof signStep> | z.infer<typeof decideStep>;

const form = z.strictObject({
  code,
  name: z.string().min(1),
  stage: code,
  /** Who owes this form. */
  covers: z.literal('everyone'),
  riskTypes: z.array(code).min(1),
  maxPoints: z.int().min(1).max(20),
  steps: z.array(step).min(2),
  clause,
});
export type ProfileForm = z.infer<typeof form>;

/** Figures no clause gives; the organisation that uses the profile answers for them. */
const settings = z.strictObject({
  reminders: z.strictObject({
    at: clockTime,
    before: z.array(workdays),
    onDue: z.boolean(),
    after: z.array(workdays),
    escalate: z.array(
      z.strictObject({
        workdays: z.int().min(1).max(250),
        to: z.enum(['superior', 'nextSuperior']),
      }),
    ),
  }),
  sendWindow: z.strictObject({ from: clockTime, to: clockTime, workingDaysOnly: z.boolean() }),
});

export const profileSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
    version: z.string().min(1),
    name: z.string().min(1),
    body: z.string().min(1),
    /** Who may launch a cycle. */
    launchedBy: role,
    stages: z.array(stage).min(1),
    riskTypes: z.array(riskType).min(1),
    forms: z.array(form).min(1),
    register: z.strictObject({ name: z.string().min(1), numberPrefix: z.string().min(1), clause }),
    settings,
  })
  .superRefine(crossCheck);

export type Profile = z.infer<typeof profileSchema>;
export type RiskType = Profile['riskTypes'][number];

type Draft = z.infer<typeof profileSchema>;

type Complain = (path: (string | number)[], message: string) => void;

function crossCheck(profile: Draft, context: z.RefinementCtx): void {
  const complain: Complain = (path, message) => {
    context.addIssue({ code: 'custom', path, message });
  };
  checkCodes(profile, complain);
  profile.forms.forEach((each, index) => {
    checkForm(profile, each, ['forms', index], complain);
  });
  checkSettings(profile, complain);
}

/** Stages, forms and types are looked up by their codes, and the pick-list of a form shows several types at once. */
function checkCodes({ stages, forms, riskTypes }: Draft, complain: Complain): void {
  if (hasRepeated(stages.map((each) => each.code))) complain(['stages'], 'stageCodeRepeated');
  if (hasRepeated(forms.map((each) => each.code))) complain(['forms'], 'formCodeRepeated');
  if (hasRepeated(riskTypes.map((each) => each.code))) complain(['riskTypes'], 'riskTypeRepeated');
  const manifestations = riskTypes.flatMap((each) => each.manifestations.map((one) => one.code));
  if (hasRepeated(manifestations)) complain(['riskTypes'], 'manifestationRepeated');
}

function checkForm(
  { stages, riskTypes }: Draft,
  { stage: stageCode, riskTypes: accepted, steps }: ProfileForm,
  path: readonly (string | number)[],
  complain: Complain,
): void {
  if (!stages.some((each) => each.code === stageCode)) complain([...path, 'stage'], 'unknownStage');
  const types = new Set(riskTypes.map((each) => each.code));
  for (const type of accepted) {
    if (!types.has(type)) complain([...path, 'riskTypes'], 'unknownRiskType');
  }
  if (steps[0]?.kind !== 'fill') complain([...path, 'steps', 0], 'firstStepFills');
  if (steps.at(-1)?.kind !== 'decide') complain([...path, 'steps'], 'lastStepDecides');
  if (steps.filter((one) => one.kind === 'fill').length !== 1)
    complain([...path, 'steps'], 'oneFillStep');
  if (hasRepeated(steps.map((one) => one.id))) complain([...path, 'steps'], 'stepIdRepeated');
}

function checkSettings({ settings: { reminders, sendWindow } }: Draft, complain: Complain): void {
  const { escalate } = reminders;
  const increasing = escalate.every(
    (rung, at) => at === 0 || rung.workdays > (escalate[at - 1]?.workdays ?? 0),
  );
  if (!increasing) complain(['settings', 'reminders', 'escalate'], 'ladderNotIncreasing');
  if (sendWindow.from >= sendWindow.to) complain(['settings', 'sendWindow'], 'windowEmpty');
}

const hasRepeated = (codes: readonly string[]): boolean => new Set(codes).size !== codes.length;
