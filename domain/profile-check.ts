/** What has to fit together in a profile beyond its shape; a mismatch is named by a code the wording knows. */
import { type DayRule, resolveDayRule } from './calendar.ts';
import { type ProfileForm, profileShape, type WrittenProfile } from './profile.ts';
import { checkSteps, repeatedIn } from './profile-check-steps.ts';
import type { Level } from './profile-forms.ts';
import { knownFigure } from './profile-settings.ts';

/** A profile that holds together. */
export const profileSchema = profileShape.superRefine((profile, context) => {
  crossCheck(profile, (path, message) => {
    context.addIssue({ code: 'custom', path, message });
  });
});

/** The parts of a profile that are held against each other; a form whose own shape is wrong is missing. */
export type Parts = Pick<WrittenProfile, 'stages' | 'riskTypes' | 'settings'> & {
  readonly forms: readonly (ProfileForm | undefined)[];
};

/** `detail` fills the blanks of the sentence. */
export type Complain = (
  path: (string | number)[],
  message: string,
  detail?: Readonly<Record<string, string>>,
) => void;

/** Tells `complain` everything that does not fit together. */
export function crossCheck(profile: Parts, complain: Complain): void {
  checkCodes(profile, complain);
  checkStages(profile, complain);
  profile.forms.forEach((each, index) => {
    if (each !== undefined) checkForm(profile, each, ['forms', index], complain);
  });
  checkSettings(profile, complain);
}

/** Stages, forms and types are looked up by their codes, and the pick-list of a form shows several types at once. */
function checkCodes({ stages, forms, riskTypes }: Parts, complain: Complain): void {
  const tell = (section: string, message: string, codes: readonly string[]) => {
    const twice = repeatedIn(codes);
    if (twice !== undefined) complain([section], message, { found: twice });
  };
  tell('stages', 'stageCodeRepeated', codesOf(stages));
  tell(
    'forms',
    'formCodeRepeated',
    forms.flatMap((each) => each?.code ?? []),
  );
  tell('riskTypes', 'riskTypeRepeated', codesOf(riskTypes));
  const manifestations = riskTypes.flatMap((each) => codesOf(each.manifestations));
  tell('riskTypes', 'manifestationRepeated', manifestations);
}

/** Days of the year can be compared in any year; a day counted from the start only with another such day. */
function checkStages({ stages }: Parts, complain: Complain): void {
  stages.forEach(({ name, opens, closes }, index) => {
    if (comesBefore(closes, opens))
      complain(['stages', index, 'closes'], 'stageEndsBeforeItOpens', { name });
  });
}

function comesBefore(rule: DayRule, other: DayRule): boolean {
  if ('offsetDays' in rule || 'offsetDays' in other) {
    return 'offsetDays' in rule && 'offsetDays' in other && rule.offsetDays < other.offsetDays;
  }
  const leapYear = 2028;
  return resolveDayRule(rule, leapYear) < resolveDayRule(other, leapYear);
}

function checkForm(
  { stages, riskTypes }: Parts,
  form: ProfileForm,
  path: readonly (string | number)[],
  complain: Complain,
): void {
  const { stage: stageCode, level, content, steps } = form;
  const known = codesOf(stages);
  if (!known.includes(stageCode))
    complain([...path, 'stage'], 'unknownStage', { found: stageCode, allowed: known.join('、') });
  checkName(form, path, complain);
  if (content.kind === 'riskPoints')
    checkTypes(riskTypes, { level, accepted: content.riskTypes }, (index, message, detail) => {
      complain([...path, 'content', 'riskTypes', index], message, detail);
    });
  checkSteps({ steps, level, content: content.kind }, (at, message, detail) => {
    complain([...path, 'steps', ...at], message, detail);
  });
}

/** The level→type matrix (RISK-02). */
function checkTypes(
  riskTypes: Parts['riskTypes'],
  { level, accepted }: { readonly level: Level; readonly accepted: readonly string[] },
  complain: (index: number, message: string, detail: Readonly<Record<string, string>>) => void,
): void {
  const types = codesOf(riskTypes);
  const fitting = codesOf(riskTypes.filter(({ levels }) => levels.includes(level)));
  accepted.forEach((found, index) => {
    if (!types.includes(found))
      complain(index, 'unknownRiskType', { found, allowed: types.join('、') });
    else if (!fitting.includes(found))
      complain(index, 'riskTypeWrongLevel', { found, allowed: fitting.join('、') });
  });
}

const tokens = /\{[^}]*\}?/g;

/** A token nobody fills in would stand on a card as it is. */
function checkName(
  { name, level }: ProfileForm,
  path: readonly (string | number)[],
  complain: Complain,
): void {
  const known = level === 'team' ? ['{unit}'] : ['{unit}', '{department}'];
  const found = (name.match(tokens) ?? []).find((token) => !known.includes(token));
  if (found !== undefined)
    complain([...path, 'name'], 'unknownToken', { found, allowed: known.join('、') });
}

function checkSettings({ settings: { reminders, sendWindow } }: Parts, complain: Complain): void {
  const days = reminders.escalate.flatMap(({ workdays }) => knownFigure(workdays) ?? []);
  const increasing = days.every((each, at) => at === 0 || each > (days[at - 1] ?? 0));
  if (!increasing) complain(['settings', 'reminders', 'escalate'], 'ladderNotIncreasing');
  const from = knownFigure(sendWindow.from);
  const to = knownFigure(sendWindow.to);
  if (from !== undefined && to !== undefined && from >= to)
    complain(['settings', 'sendWindow'], 'windowEmpty');
}

const codesOf = (coded: readonly { readonly code: string }[]): readonly string[] =>
  coded.map(({ code }) => code);
