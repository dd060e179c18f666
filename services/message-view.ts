/** What a waiting message speaks of, read at the moment it is sent. */
import type { Reader } from '../db/client.ts';
import { type ReminderLine, reminderLines } from '../db/reminders.ts';
import { registerOfUnit } from '../db/risk-points.ts';
import type { ProfileForm } from '../domain/profile.ts';
import { frozenForm, frozenProfile } from './frozen-profile.ts';
import { type NamedLine, nameLines } from './register.ts';

export type NamedReminder = ReminderLine & {
  readonly form: ProfileForm;
  readonly stepName: string;
};

/** The named reminders whose task is still open. */
export async function viewReminders(
  db: Reader,
  ids: readonly string[],
): Promise<readonly NamedReminder[]> {
  const lines = await reminderLines(db, ids);
  return lines
    .filter(({ stillOpen }) => stillOpen)
    .map((line) => {
      const form = frozenForm(frozenProfile(line.profile), line.formCode);
      const step = form.steps.find(({ id }) => id === line.stepId);
      return { ...line, form, stepName: step?.name ?? '' };
    });
}

/** The whole register of a unit with its words. */
export const viewUnitRegister = async (
  db: Reader,
  unitCode: string,
): Promise<readonly NamedLine[]> => nameLines(db, await registerOfUnit(db, unitCode));
