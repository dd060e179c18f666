/** The steps of a procedure as a profile writes them: which kind, who, how long, with what opinion. */
import { z } from 'zod';
import { clause, code, role, workdays } from './profile-terms.ts';

const stepBase = {
  id: code,
  name: z.string().min(1),
  clause,
};

/** When a step is due: with its stage, or so many working days after it opened. */
const limit = z.union([z.literal('stageEnd'), workdays], 'limitForm');
/** The people of the form's department, or the holders of roles. */
const people = z.union([z.literal('department'), z.array(role).min(1)], 'peopleForm');

const fillStep = z.strictObject({ ...stepBase, kind: z.literal('fill'), limit });
/** Everybody asked may add something, nobody must; it ends by itself when the time is over. */
const commentStep = z.strictObject({
  ...stepBase,
  kind: z.literal('comment'),
  asks: people,
  limit: workdays,
});
const actorBase = {
  ...stepBase,
  who: role,
  /** Tried in order when `who` is nobody, the author, or somebody who signed before: one level up instead. */
  otherwise: z.array(role),
  limit,
};
/** A recorded discussion that does not decide. */
const meetingStep = z.strictObject({
  ...actorBase,
  kind: z.literal('meeting'),
  /** Who may have attended. */
  meetingOf: people,
});
const reviewerBase = { ...actorBase, opinion: z.enum(['always', 'onReturn']) };
const signStep = z.strictObject({
  ...reviewerBase,
  kind: z.literal('sign'),
  /** What happens when nobody stands above the author: the step is recorded as not applicable, or the launch is refused. */
  ifNobody: z.enum(['skip', 'refuse']),
});
/** The points of a form get their numbers at one step; without this mark at the last deciding one. */
const registers = z.literal(true).optional();
const decideStep = z.strictObject({
  ...reviewerBase,
  kind: z.literal('decide'),
  /** The bodies whose members may have attended the recorded meeting. */
  meetingOf: z.array(role).min(1),
  registers,
});
const checkStep = z.strictObject({ ...reviewerBase, kind: z.literal('check'), registers });
const fileStep = z.strictObject({
  ...stepBase,
  kind: z.literal('file'),
  addressees: z
    .array(
      z.strictObject({
        code,
        name: z.string().min(1),
        /** Who confirms the receipt. */
        who: role,
        otherwise: z.array(role),
        /** A body without an account: whoever confirms names the day and the reference of its receipt. */
        external: z.boolean(),
      }),
    )
    .min(1)
    .max(8),
  limit,
});
export const step = z.discriminatedUnion('kind', [
  fillStep,
  commentStep,
  meetingStep,
  signStep,
  decideStep,
  checkStep,
  fileStep,
]);
export type Step = z.infer<typeof step>;
export type CommentStep = z.infer<typeof commentStep>;
export type FileStep = z.infer<typeof fileStep>;
export type Addressee = FileStep['addressees'][number];
/** A step that one person of a role takes. */
export type ReviewStep =
  | z.infer<typeof meetingStep>
  | z.infer<typeof signStep>
  | z.infer<typeof decideStep>
  | z.infer<typeof checkStep>;

const reviewKinds: ReadonlySet<Step['kind']> = new Set(['meeting', 'sign', 'decide', 'check']);

/** Whether one person of a role takes `given`. */
export const isReview = (given: Step | undefined): given is ReviewStep =>
  given !== undefined && reviewKinds.has(given.kind);

/** Whether the writer may change the form at `given`: while filling it in, and while additions to it are collected. */
export const isWriting = (given: Step | null | undefined): boolean =>
  given?.kind === 'fill' || given?.kind === 'comment';

/** The place of the step at which the points get their numbers; -1 = at none. */
export function registeringIndex(steps: readonly Step[]): number {
  const marked = steps.findIndex((each) => 'registers' in each && each.registers === true);
  return marked >= 0 ? marked : steps.findLastIndex(({ kind }) => kind === 'decide');
}
