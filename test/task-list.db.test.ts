import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { viewTasks } from '../services/task-list.ts';
import { at, type Bureau, openBureau, ZONE } from './support/bureau.ts';

const OWNER = '0013';
const NOW = at('2026-10-12 09:00');

let bureau: Bureau;
let dueDays: readonly string[];
beforeAll(async () => {
  bureau = await openBureau();
  await bureau.launch();
  const tasks = await bureau.db.selectFrom('task').select('id').orderBy('id').execute();
  dueDays = tasks.map((_, nth) => `2026-10-${String(23 - nth).padStart(2, '0')}`);
  for (const [nth, { id }] of tasks.entries()) {
    await bureau.db
      .updateTable('task')
      .set({ person_code: OWNER, due_on: dueDays[nth] ?? '' })
      .where('id', '=', id)
      .execute();
  }
});
afterAll(() => bureau?.close());

const look = (size: number, index: number, person = OWNER) =>
  viewTasks(bureau.db, person, { size, index }, { now: NOW, zone: ZONE });

describe('the task list of somebody with many tasks', () => {
  test('is cut into pages by due day, every task on exactly one', async () => {
    const seen: string[] = [];
    const { pages, total } = await look(5, 0);
    expect(total).toBe(dueDays.length);
    expect(pages).toBe(Math.ceil(dueDays.length / 5));
    for (let index = 0; index < pages; index += 1)
      seen.push(...(await look(5, index)).tasks.map(({ dueOn }) => dueOn));
    expect(seen).toEqual(dueDays.toSorted());
  });

  test('counts what is overdue on every page, not only on the shown one', async () => {
    const late = dueDays.filter((day) => day < '2026-10-12').length;
    expect(late).toBeGreaterThan(5);
    expect((await look(5, 0)).overdue).toBe(late);
    expect((await look(5, 99)).overdue).toBe(late);
  });

  test('shows the last page for one past the end and the first for one before it', async () => {
    expect((await look(5, 99)).page).toBe(Math.ceil(dueDays.length / 5) - 1);
    expect((await look(5, 99)).tasks.length).toBeGreaterThan(0);
    expect((await look(5, -1)).page).toBe(0);
  });

  test('of somebody without tasks is one empty page', async () => {
    expect(await look(5, 3, '0014')).toMatchObject({ tasks: [], total: 0, page: 0, pages: 1 });
  });
});
