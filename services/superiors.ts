/** Who stands above an assignee: those to whom an unfinished task is escalated (ACCOUNT-16). */
import type { Reader } from '../db/client.ts';
import { departmentsOf } from '../db/organisation.ts';
import type { ReminderTask } from '../db/waiting-tasks.ts';
import type { Day } from '../domain/calendar.ts';
import { superiorsOf } from '../domain/procedure.ts';
import { factsOfPlaces, type Place, placeKey } from './procedure-facts.ts';

/** The levels above a task's assignee, nearest first. */
export type Superiors = (task: ReminderTask) => readonly (readonly string[])[];

/** Reads what is needed for `tasks`, all of them at once. */
export async function superiorsFor(
  db: Reader,
  tasks: readonly ReminderTask[],
  today: Day,
): Promise<Superiors> {
  if (tasks.length === 0) return () => [];
  const assignees = [...new Set(tasks.map(({ personCode }) => personCode))];
  const own = await departmentsOf(db, assignees, today);
  // In his own department: a reviewer often sits in another one than the author.
  const placeOf = (task: ReminderTask): Place => ({
    departmentCode: own.get(task.personCode) ?? task.departmentCode,
    unitCode: task.unitCode,
  });
  const facts = await factsOfPlaces(db, tasks.map(placeOf), today);
  return (task) => {
    const known = facts.get(placeKey(placeOf(task)));
    return known === undefined ? [] : superiorsOf(task.personCode, known);
  };
}
