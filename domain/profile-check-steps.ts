/** What has to fit together in the steps of one form: their order, their numbers, and whom they ask. */
import type { Level, ProfileForm } from './profile-forms.ts';
import { isReview, registeringIndex, type Step } from './profile-steps.ts';
import type { Role } from './profile-terms.ts';

/** `at` counts from the list of steps. */
type Complain = (
  at: readonly (string | number)[],
  message: string,
  detail?: Readonly<Record<string, string>>,
) => void;

/** The parts of a form that its chain depends on. */
export type Chain = {
  readonly steps: readonly Step[];
  readonly level: Level;
  readonly content: ProfileForm['content']['kind'];
};

/** Tells `complain` everything that does not fit together in a chain. */
export function checkSteps({ steps, level, content }: Chain, complain: Complain): void {
  if (steps[0]?.kind !== 'fill') complain([0], 'firstStepFills');
  if (steps.filter(({ kind }) => kind === 'fill').length !== 1) complain([], 'oneFillStep');
  const twice = repeatedIn(steps.map(({ id }) => id));
  if (twice !== undefined) complain([], 'stepIdRepeated', { found: twice });
  checkOrder(steps, complain);
  // Only risk points get numbers; other papers may end anywhere.
  if (content === 'riskPoints') {
    checkDecision(steps, complain);
    checkNumbering(steps, complain);
  }
  if (level === 'team') checkSection(steps, complain);
  checkReach(steps, complain);
  checkAsked(steps, complain);
}

function checkOrder(steps: readonly Step[], complain: Complain): void {
  const kinds = steps.map(({ kind }) => kind);
  const firstReview = kinds.findIndex((kind) => kind !== 'fill' && kind !== 'comment');
  const late = kinds.lastIndexOf('comment');
  if (firstReview >= 0 && late > firstReview)
    complain([late], 'commentsFirst', { step: steps[late]?.name ?? '' });
}

function checkDecision(steps: readonly Step[], complain: Complain): void {
  const kinds = steps.map(({ kind }) => kind);
  if (!kinds.includes('decide') || !['decide', 'check', 'file'].includes(kinds.at(-1) ?? ''))
    complain([], 'lastStepDecides');
}

/** The team's form belongs to no section: its people cannot be asked, nor meet. */
function checkSection(steps: readonly Step[], complain: Complain): void {
  steps.forEach((step, index) => {
    const detail = { step: step.name };
    if (step.kind === 'comment' && step.asks === 'department')
      complain([index, 'asks'], 'teamHasNoSection', detail);
    if (step.kind === 'meeting' && step.meetingOf === 'department')
      complain([index, 'meetingOf'], 'teamHasNoSection', detail);
  });
}

/** What a version is signed, numbered and filed by must not change under it. */
function checkNumbering(steps: readonly Step[], complain: Complain): void {
  if (steps.filter((each) => 'registers' in each && each.registers === true).length > 1)
    complain([], 'registersOnce');
  const kinds = steps.map(({ kind }) => kind);
  const registering = registeringIndex(steps);
  if (registering < 0) return;
  const isTooEarly = registering < kinds.lastIndexOf('decide');
  if (isTooEarly || kinds.slice(registering + 1).some((kind) => kind !== 'file'))
    complain([], 'registersTooEarly');
}

/** Offices that one person holds at a time (ORG-06, ORG-07): who has signed in one of them cannot sign in it again. */
const singleOffices: ReadonlySet<Role> = new Set<Role>([
  'principal_leader',
  'leader_in_charge',
  'department_head',
  'leading_group_head',
]);

/** A signature that only somebody could give who has signed before is never reached; keeping minutes is no signature. */
function checkReach(steps: readonly Step[], complain: Complain): void {
  const taken = new Set<Role>();
  steps.forEach((step, index) => {
    if (!isReview(step) || step.kind === 'meeting') return;
    const isSigned = [step.who, ...step.otherwise].every((role) => taken.has(role));
    if (step.kind === 'sign' && isSigned)
      complain([index, 'who'], 'stepUnreachable', { step: step.name });
    if (singleOffices.has(step.who)) taken.add(step.who);
  });
}

function checkAsked(steps: readonly Step[], complain: Complain): void {
  steps.forEach((step, index) => {
    if (isReview(step) && repeatedIn([step.who, ...step.otherwise]) !== undefined)
      complain([index, 'otherwise'], 'roleRepeated', { step: step.name });
    if (step.kind !== 'file') return;
    const twice = repeatedIn(step.addressees.map(({ code }) => code));
    if (twice !== undefined) complain([index, 'addressees'], 'addresseeRepeated', { found: twice });
    step.addressees.forEach(({ name, who, otherwise }, place) => {
      if (repeatedIn([who, ...otherwise]) !== undefined)
        complain([index, 'addressees', place, 'otherwise'], 'roleRepeated', { step: name });
    });
  });
}

/** The first code that stands in `codes` more than once. */
export const repeatedIn = (codes: readonly string[]): string | undefined =>
  codes.find((each, at) => codes.indexOf(each) !== at);
