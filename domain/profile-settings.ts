/**
 * Figures no clause gives; the organisation that uses the profile answers for them: in the file, or at the launch when
 * the file leaves a figure open with `ask`.
 */
import { z } from 'zod';
import { clockTime } from './profile-terms.ts';

const figures = {
  /** Working days up to a due day, or after it. */
  days: z.int().min(0).max(250),
  daysLate: z.int().min(1).max(250),
  clock: clockTime,
  flag: z.boolean(),
};

const settingsWith = <
  Days extends z.ZodType,
  DaysLate extends z.ZodType,
  Clock extends z.ZodType,
  Flag extends z.ZodType,
>(figure: {
  readonly days: Days;
  readonly daysLate: DaysLate;
  readonly clock: Clock;
  readonly flag: Flag;
}) =>
  z.strictObject({
    reminders: z.strictObject({
      at: figure.clock,
      before: z.array(z.strictObject({ workdays: figure.days })),
      onDue: figure.flag,
      after: z.array(z.strictObject({ workdays: figure.days })),
      escalate: z.array(
        z.strictObject({
          workdays: figure.daysLate,
          to: z.enum(['superior', 'nextSuperior']),
        }),
      ),
    }),
    sendWindow: z.strictObject({
      from: figure.clock,
      to: figure.clock,
      workingDaysOnly: figure.flag,
    }),
  });

/** Put to whoever launches; `suggest` is taken when the question is left unanswered. */
const open = <Figure extends z.ZodType>(figure: Figure) =>
  z.union([figure, z.strictObject({ ask: z.string().min(1), suggest: figure.optional() })]);

/** Settings that a cycle runs on: every figure is known. */
export const settings = settingsWith(figures);

/** Settings as a file writes them. */
export const writtenSettings = settingsWith({
  days: open(figures.days),
  daysLate: open(figures.daysLate),
  clock: open(figures.clock),
  flag: open(figures.flag),
});

/** A figure that is left open. */
export type Asked<Figure> = { readonly ask: string; readonly suggest?: Figure | undefined };

/** The figure as far as it is known before the launch. */
export function knownFigure<Figure extends string | number | boolean>(
  written: Figure | Asked<Figure>,
): Figure | undefined {
  return typeof written === 'object' ? written.suggest : written;
}
