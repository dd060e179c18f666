/** The steps of a procedure as a profile writes them: which kind, who, how long, with what opinion. */
import { z } from 'zod';
import { clause, code, role, workdays } from './profile-terms.ts';

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
export const step = z.discriminatedUnion('kind', [fillStep, signStep, decideStep]);
export type Step = z.infer<typeof step>;
export type ReviewStep = z.infer<typeof signStep> | z.infer<typeof decideStep>;
