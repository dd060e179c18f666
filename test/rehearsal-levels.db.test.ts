/** A rehearsal of a profile with forms of persons, sections and the team: it says what a launch then hands out. */
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { larkLimits } from '../bot/lark/messenger.ts';
import { rehearsalLines } from '../cards/rehearsal.ts';
import { launchCycle } from '../services/cycle.ts';
import { rehearseLaunch } from '../services/rehearsal.ts';
import { must, UNIT, ZONE } from './support/bureau.ts';
import { useFreshBureaus } from './support/hooks.ts';
import { whole } from './support/shipped-profile.ts';

const bureau = useFreshBureaus();
const input = { loaded: whole, unitCode: UNIT };
const rehearsed = async () =>
  must(await rehearseLaunch(bureau.db, bureau.admin(), input, larkLimits));

test('RISK-02 RISK-16 RISK-17 every form that is launched was rehearsed', async () => {
  const rehearsal = await rehearsed();
  expect(rehearsal.blockers).toEqual([]);
  const launched = must(await launchCycle(bureau.admin(), input));
  expect(launched.people).toBe(rehearsal.people);
  expect(launched.unstaffed).toEqual(rehearsal.unstaffed);
  const { rows } = await sql<{ level: string; count: number }>`
    select level, count(*)::int as count from procedure group by level order by level`.execute(
    bureau.db,
  );
  const counted = (level: string) =>
    rehearsal.forms
      .filter((form) => form.level === level)
      .reduce((sum, { authors }) => sum + authors.length, 0);
  expect(rows.map(({ level }) => level)).toEqual(['department', 'person', 'team']);
  expect(rows).toEqual(rows.map(({ level }) => ({ level, count: counted(level) })));
});

test('ORG-25 a section without a head is named before the launch', async () => {
  await sql`delete from assignment where person_code = '0012' and ref = 'department_head'`.execute(
    bureau.db,
  );
  const rehearsal = await rehearsed();
  expect(rehearsal.unstaffed).toContainEqual({
    formName: '社区矫正股廉政风险自查表',
    objectName: '社区矫正股',
  });
  const said = rehearsalLines(rehearsal, ZONE, false).join('\n');
  expect(said).toContain('暂无人填写：社区矫正股（社区矫正股廉政风险自查表）');
});
