/** What has to fit together in a profile beyond its shape; a mismatch is named by a code the wording knows. */
import type { z } from 'zod';
import { type Profile, type ProfileForm, profileShape } from './profile.ts';
import type { Level } from './profile-forms.ts';

/** A profile that holds together. */
export const profileSchema = profileShape.superRefine(crossCheck);

type Complain = (path: (string | number)[], message: string) => void;

function crossCheck(profile: Profile, context: z.RefinementCtx): void {
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
function checkCodes({ stages, forms, riskTypes }: Profile, complain: Complain): void {
  if (hasRepeated(stages.map((each) => each.code))) complain(['stages'], 'stageCodeRepeated');
  if (hasRepeated(forms.map((each) => each.code))) complain(['forms'], 'formCodeRepeated');
  if (hasRepeated(riskTypes.map((each) => each.code))) complain(['riskTypes'], 'riskTypeRepeated');
  const manifestations = riskTypes.flatMap((each) => each.manifestations.map((one) => one.code));
  if (hasRepeated(manifestations)) complain(['riskTypes'], 'manifestationRepeated');
}

function checkForm(
  profile: Profile,
  form: ProfileForm,
  path: readonly (string | number)[],
  complain: Complain,
): void {
  const { stage: stageCode, content, steps } = form;
  if (!profile.stages.some((each) => each.code === stageCode))
    complain([...path, 'stage'], 'unknownStage');
  checkName(form, path, complain);
  if (content.kind === 'riskPoints')
    checkTypes(profile, form.level, content.riskTypes, [...path, 'content', 'riskTypes'], complain);
  if (steps[0]?.kind !== 'fill') complain([...path, 'steps', 0], 'firstStepFills');
  // Only a decision puts points into the register; other papers may end anywhere.
  if (content.kind === 'riskPoints' && steps.at(-1)?.kind !== 'decide')
    complain([...path, 'steps'], 'lastStepDecides');
  if (steps.filter((one) => one.kind === 'fill').length !== 1)
    complain([...path, 'steps'], 'oneFillStep');
  if (hasRepeated(steps.map((one) => one.id))) complain([...path, 'steps'], 'stepIdRepeated');
}

/** The level→type matrix (RISK-02). */
function checkTypes(
  { riskTypes }: Profile,
  level: Level,
  accepted: readonly string[],
  path: (string | number)[],
  complain: Complain,
): void {
  for (const code of accepted) {
    const type = riskTypes.find((each) => each.code === code);
    if (type === undefined) complain(path, 'unknownRiskType');
    else if (!type.levels.includes(level)) complain(path, 'riskTypeWrongLevel');
  }
}

const tokens = /\{[^}]*\}?/g;

/** A token nobody fills in would stand on a card as it is. */
function checkName(
  { name, level }: ProfileForm,
  path: readonly (string | number)[],
  complain: Complain,
): void {
  const known = level === 'team' ? ['{unit}'] : ['{unit}', '{department}'];
  const unknown = (name.match(tokens) ?? []).some((token) => !known.includes(token));
  if (unknown) complain([...path, 'name'], 'unknownToken');
}

function checkSettings({ settings: { reminders, sendWindow } }: Profile, complain: Complain): void {
  const { escalate } = reminders;
  const increasing = escalate.every(
    (rung, at) => at === 0 || rung.workdays > (escalate[at - 1]?.workdays ?? 0),
  );
  if (!increasing) complain(['settings', 'reminders', 'escalate'], 'ladderNotIncreasing');
  if (sendWindow.from >= sendWindow.to) complain(['settings', 'sendWindow'], 'windowEmpty');
}

const hasRepeated = (codes: readonly string[]): boolean => new Set(codes).size !== codes.length;
