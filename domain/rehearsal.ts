/** Walks a form's chain before anything is launched: who would review it, who would stand in, where nobody could. */
import { hasSomebody, mayBeSkipped } from './procedure-advance.ts';
import { actingFor, askedOf, reviewersOf } from './procedure-people.ts';
import type { ProcedureFacts, Signature } from './procedure-state.ts';
import type { ProfileForm } from './profile.ts';
import { isReview, type Step } from './profile-steps.ts';
import type { Role } from './profile-terms.ts';

/** A step that somebody else than the author is asked at. */
export type LaterStep = Exclude<Step, { kind: 'fill' }>;

export type WalkedStep = {
  readonly step: LaterStep;
  /** Everybody who is asked, each once; empty when nobody can be. */
  readonly asked: readonly string[];
  /** Of each group one has to act: one group of reviewers, one for each addressee, none where nobody must. */
  readonly needed: readonly (readonly string[])[];
  /** `blocked`: the form could not go on; `skipped`: recorded as not applicable. */
  readonly outcome: 'asked' | 'skipped' | 'blocked';
  /** The author holds the office that acts here, so somebody else stands in (RISK-12). */
  readonly isOwnOffice: boolean;
};

type Reached = { readonly subject: string; readonly signed: readonly Signature[] };

/** The steps of `form` after its author's own, each signature given by the first who may. */
export function walkChain(
  form: Pick<ProfileForm, 'steps'>,
  author: string,
  facts: ProcedureFacts,
): readonly WalkedStep[] {
  const signed: Signature[] = [];
  return form.steps.flatMap((step): WalkedStep[] => {
    if (step.kind === 'fill') return [];
    const walked = walkStep(step, { subject: author, signed }, facts);
    const [first] = walked.asked;
    if (isReview(step) && first !== undefined) {
      const minutes = step.kind === 'meeting' ? { minutes: true as const } : {};
      signed.push({ stepId: step.id, person: first, ...minutes });
    }
    return [walked];
  });
}

function walkStep(step: LaterStep, reached: Reached, facts: ProcedureFacts): WalkedStep {
  const needed = neededFor(step, reached, facts);
  const asked = step.kind === 'comment' ? askedOf(step, reached, facts) : needed.flat();
  const nobody = mayBeSkipped(step) ? 'skipped' : 'blocked';
  return {
    step,
    asked: [...new Set(asked)],
    needed,
    outcome: hasSomebody(step, reached, facts) ? 'asked' : nobody,
    isOwnOffice: rolesAskedBy(step).some((role) => facts.holders[role]?.includes(reached.subject)),
  };
}

function neededFor(
  step: LaterStep,
  reached: Reached,
  facts: ProcedureFacts,
): readonly (readonly string[])[] {
  if (step.kind === 'comment') return [];
  if (step.kind !== 'file') return [reviewersOf(step, reached, facts)];
  return step.addressees.map((addressee) =>
    actingFor(addressee, step, reached, facts).map(({ person }) => person),
  );
}

/** The offices that have to act at `step`, those that stand in left out. */
export function rolesAskedBy(step: Step): readonly Role[] {
  if (step.kind === 'file') return step.addressees.map(({ who }) => who);
  return isReview(step) ? [step.who] : [];
}

/** What a platform lets through. */
export type SendingLimits = {
  readonly sendsPerSecond: number;
  readonly sendsPerMinute: number;
  /** How long a sent card can be clicked and changed, ms. */
  readonly cardLifetimeMs: number;
};

/** How many seconds `messages` take at least: a minute's share as fast as the second's limit lets it, then the next. */
export function fanOutSeconds(messages: number, limits: SendingLimits): number {
  const minutes = Math.max(0, Math.ceil(messages / limits.sendsPerMinute) - 1);
  const rest = messages - minutes * limits.sendsPerMinute;
  return minutes * 60 + Math.ceil(rest / limits.sendsPerSecond);
}

/** One reviewer's share of the work. */
export type Load = {
  readonly person: string;
  /** Forms of which the person gets a card. */
  readonly forms: number;
  /** Forms a working day if they come in evenly while the stage is open. */
  readonly perDay: number;
  /** Forms a working day if all come in on the last day. */
  readonly peak: number;
};

export type Share = {
  readonly person: string;
  /** How many may take each of these forms; the work is counted as shared between them. */
  readonly among: number;
  readonly forms: number;
  /** Working days while the stage is open. */
  readonly openDays: number;
  /** Working days the step leaves. */
  readonly limitDays: number;
};

/** Adds up the shares by person, the busiest first. */
export function loadsOf(shares: readonly Share[]): readonly Load[] {
  const groups = Map.groupBy(shares, ({ person }) => person);
  const loads = [...groups].map(([person, own]): Load => {
    const sum = (part: (share: Share) => number) =>
      Math.ceil(own.reduce((total, share) => total + part(share), 0));
    return {
      person,
      forms: sum(({ forms }) => forms),
      perDay: sum(({ forms, among, openDays }) => forms / among / Math.max(1, openDays)),
      peak: sum(({ forms, among, limitDays }) => forms / among / Math.max(1, limitDays)),
    };
  });
  return loads.toSorted((a, b) => b.peak - a.peak || b.forms - a.forms);
}
