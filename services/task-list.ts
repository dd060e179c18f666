/** The open tasks of a person with the words their profile has for them. */
import type { Reader } from '../db/client.ts';
import { countOpenTasks, type OpenTask, openTasksOf } from '../db/tasks.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import type { ProfileForm } from '../domain/profile.ts';
import { frozenForm, profilesOf } from './frozen-profile.ts';

export type NamedTask = OpenTask & { readonly form: ProfileForm; readonly stepName: string };

export type TaskListView = {
  readonly tasks: readonly NamedTask[];
  readonly total: number;
  readonly overdue: number;
  /** From 0. */
  readonly page: number;
  readonly pages: number;
  readonly today: Day;
};

/** One page of the open tasks, the most urgent first; a page past the end shows the last one. */
export async function viewTasks(
  db: Reader,
  personCode: string,
  page: { readonly size: number; readonly index: number },
  at: { readonly now: Date; readonly zone: string },
): Promise<TaskListView> {
  const today = dayOf(at.now, at.zone);
  const { total, overdue } = await countOpenTasks(db, personCode, today);
  const pages = Math.max(1, Math.ceil(total / page.size));
  const index = Math.min(Math.max(0, page.index), pages - 1);
  const tasks = await openTasksOf(db, personCode, { size: page.size, offset: index * page.size });
  return { tasks: await nameTasks(db, tasks), total, overdue, page: index, pages, today };
}

async function nameTasks(db: Reader, tasks: readonly OpenTask[]): Promise<readonly NamedTask[]> {
  const cycleIds = tasks.map(({ cycleId }) => cycleId);
  const profiles = await profilesOf(db, cycleIds);
  return tasks.map((task) => {
    const profile = profiles.get(task.cycleId);
    if (profile === undefined) throw new Error('a task of a cycle without a profile');
    const form = frozenForm(profile, task.formCode);
    const step = form.steps.find(({ id }) => id === task.stepId);
    return { ...task, form, stepName: step?.name ?? '' };
  });
}
