/** What has to fit together in a profile beyond its shape; a mismatch is named by a code the wording knows. */
import type { z } from 'zod';
import { type Profile, type ProfileForm, profileShape } from './profile.ts';

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
  { stages, riskTypes }: Profile,
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

function checkSettings({ settings: { reminders, sendWindow } }: Profile, complain: Complain): void {
  const { escalate } = reminders;
  const increasing = escalate.every(
    (rung, at) => at === 0 || rung.workdays > (escalate[at - 1]?.workdays ?? 0),
  );
  if (!increasing) complain(['settings', 'reminders', 'escalate'], 'ladderNotIncreasing');
  if (sendWindow.from >= sendWindow.to) complain(['settings', 'sendWindow'], 'windowEmpty');
}

const hasRepeated = (codes: readonly string[]): boolean => new Set(codes).size !== codes.length;
