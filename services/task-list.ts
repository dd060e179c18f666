/** The open tasks of a person with the words their profile has for them. */
import type { Reader } from '../db/client.ts';
import { profilesOfCycles } from '../db/cycles.ts';
import { type OpenTask, openTasksOf } from '../db/tasks.ts';
import { frozenForm, frozenProfile } from './frozen-profile.ts';

export type NamedTask = OpenTask & { readonly formName: string; readonly stepName: string };

/** The most urgent first. */
export async function viewTasks(db: Reader, personCode: string): Promise<readonly NamedTask[]> {
  const tasks = await openTasksOf(db, personCode);
  const stored = await profilesOfCycles(db, [...new Set(tasks.map(({ cycleId }) => cycleId))]);
  const profiles = new Map(stored.map(({ id, profile }) => [id, frozenProfile(profile)]));
  return tasks.map((task) => {
    const profile = profiles.get(task.cycleId);
    const form = profile === undefined ? undefined : frozenForm(profile, task.formCode);
    const step = form?.steps.find(({ id }) => id === task.stepId);
    return { ...task, formName: form?.name ?? '', stepName: step?.name ?? '' };
  });
}
