import { expect, test } from 'vitest';
import {
  deleteCalendarOverride,
  listCalendarOverrides,
  saveCalendarOverride,
} from '../db/calendar.ts';
import { connect } from '../db/client.ts';
import { loadWorkCalendar } from '../services/calendar.ts';
import { createTestDatabase } from './support/database.ts';

test('an override is used from the next loading on, can be changed, and can be taken back', async () => {
  const database = await createTestDatabase();
  const db = connect(database.url, 2);
  const works = async (day: string) => (await loadWorkCalendar(db)).isWorkingDay(day);
  try {
    expect(await works('2026-10-01')).toBe(false);
    await saveCalendarOverride(db, { day: '2026-10-01', working: true, note: '值班' });
    await saveCalendarOverride(db, { day: '2026-05-25', working: true, note: '' });
    await saveCalendarOverride(db, { day: '2026-05-25', working: false, note: '停电' });
    expect(await works('2026-10-01')).toBe(true);
    expect(await works('2026-05-25')).toBe(false);
    expect(await listCalendarOverrides(db)).toEqual([
      { day: '2026-05-25', working: false, note: '停电' },
      { day: '2026-10-01', working: true, note: '值班' },
    ]);
    expect(await deleteCalendarOverride(db, '2026-10-01')).toBe(true);
    expect(await deleteCalendarOverride(db, '2026-10-01')).toBe(false);
    expect(await works('2026-10-01')).toBe(false);
  } finally {
    await db.destroy();
    await database.drop();
  }
});
