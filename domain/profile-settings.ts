/** Figures no clause gives; the organisation that uses the profile answers for them. */
import { z } from 'zod';
import { clockTime, workdays } from './profile-terms.ts';

export const settings = z.strictObject({
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
