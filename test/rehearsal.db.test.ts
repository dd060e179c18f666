/** A rehearsal on the demo bureau: what it says is what a launch then does, and everything in the way is named at once. */
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { larkLimits } from '../bot/lark/messenger.ts';
import { launchCard } from '../cards/launch.ts';
import { rehearsalLines } from '../cards/rehearsal.ts';
import { renderLarkCard } from '../cards/render/lark.ts';
import { refusalTexts } from '../cards/wording.ts';
import { launchCycle } from '../services/cycle.ts';
import type { LaunchInput } from '../services/launch-plan.ts';
import { type Rehearsal, rehearseLaunch } from '../services/rehearsal.ts';
import { bigBureau } from './bench/big-bureau.ts';
import { actionsOf, brokenRules } from './fixtures/lark/card-rules.ts';
import {
  at,
  type Bureau,
  codeOf,
  fingerprint,
  must,
  NOW,
  openBureau,
  UNIT,
  ZONE,
} from './support/bureau.ts';
import { everyStep } from './support/every-step.ts';
import { edited, loadText, shipped, withSecondForm } from './support/shipped-profile.ts';

let bureau: Bureau;
beforeEach(async () => {
  bureau = await openBureau();
});
afterEach(() => bureau?.close());

const input = (over: Partial<LaunchInput> = {}): LaunchInput => ({
  loaded: shipped,
  unitCode: UNIT,
  ...over,
});
const rehearsed = async (over: Partial<LaunchInput> = {}, now = NOW): Promise<Rehearsal> =>
  must(await rehearseLaunch(bureau.db, bureau.admin(now), input(over), larkLimits));

test('RISK-06 ORG-25 says who gets what and who reviews whom, and writes nothing', async () => {
  const before = await fingerprint(bureau);
  const rehearsal = await rehearsed();
  expect(await fingerprint(bureau)).toEqual(before);
  expect(rehearsal).toMatchObject({ people: 23, blockers: [], gaps: [] });
  const [form] = rehearsal.forms;
  expect(form?.authors).toHaveLength(23);
  const head = form?.steps[0];
  expect(head?.reviewers.find(({ name }) => name === '秦立言')).toEqual({
    name: '秦立言',
    forms: 2,
  });
  expect(head?.standIns).toContainEqual({ author: '秦立言', by: ['陆清和'] });
});

test('what is rehearsed is what is launched', async () => {
  const rehearsal = await rehearsed();
  await bureau.launch();
  const { rows } = await sql<{ tasks: number; cards: number }>`
    select (select count(*)::int from task) as tasks, (select count(*)::int from outbox) as cards`.execute(
    bureau.db,
  );
  expect(rows).toEqual([{ tasks: 23, cards: rehearsal.sending.fanOuts[0]?.messages }]);
});

test('PLAN-06 deadlines carry their weekday, days off and make-up days', async () => {
  const rehearsal = await rehearsed();
  const said = rehearsalLines(rehearsal, ZONE, false).join('\n');
  expect(said).toContain('截止2026年12月10日(周四)');
  expect(said).toContain(
    '检查考核：2026年12月11日(周五)至2026年12月20日(周日)（休息日，此前最后一个工作日是2026年12月18日(周五)）',
  );
  const makeUp = loadText(
    edited('closes: { monthDay: "12-31" }', 'closes: { monthDay: "10-10" }').replace(
      'opens: { xun: { month: 12, part: late, edge: start } }',
      'opens: { monthDay: "10-01" }',
    ),
  );
  const shifted = rehearsalLines(await rehearsed({ loaded: makeUp }), ZONE, false).join('\n');
  expect(shifted).toContain('2026年10月10日(周六)（调休上班）');
});

test('a step that is due before the one in front of it may end is pointed out', async () => {
  const [form] = (await rehearsed()).forms;
  expect(form?.steps.map(({ name, latest }) => [name, latest.day, latest.isPressed])).toEqual([
    ['股室负责人签署意见', '2026-12-17', false],
    ['分管领导签署意见', '2026-12-24', false],
    ['领导小组审定', '2026-12-24', true],
  ]);
});

test('cards: how many, how long, which grow too old, who has no account', async () => {
  await sql`delete from person_identity where person_code = '0013'`.execute(bureau.db);
  const { sending } = await rehearsed();
  expect(sending).toMatchObject({
    perMinute: 975,
    fanOuts: [{ stage: '贯彻执行', at: NOW, messages: 23, seconds: 1 }],
    cardLifetimeDays: 14,
    outliving: 23,
    renewals: 5,
    withoutAccount: ['丁若溪'],
  });
  const summer = await rehearsed({}, at('2026-05-25 09:00'));
  expect(summer.sending.fanOuts[0]?.at).toEqual(at('2026-09-21 08:30'));
});

test('RISK-08 RISK-15 every kind of step says who is asked, and a filing who has no account', async () => {
  const rehearsal = await rehearsed({ loaded: everyStep });
  expect(rehearsal.blockers).toEqual([]);
  const said = rehearsalLines(rehearsal, ZONE, true).join('\n');
  expect(said).toMatch(/群众帮：征求同科室人员的意见，共23人、\d+张卡片，可以不提；/);
  expect(said).toMatch(/备案：.*份，其中市惩防办没有账号，由办理人登记备案日期和文号；/);
  const [form] = rehearsal.forms;
  expect(form?.steps.map(({ name }) => name)).toEqual([
    '群众帮',
    '集体定',
    '股室负责人签署意见',
    '分管领导签署意见',
    '领导小组审定',
    '局党支部核对',
    '备案',
  ]);
  expect(rehearsal.gaps.map(({ role }) => role)).not.toContain('team_member');
});

test('RISK-08 whoever is alone in his department has nobody to ask, and the step is passed', async () => {
  await sql`delete from assignment where kind = 'post' and person_code in ('0013', '0014')`.execute(
    bureau.db,
  );
  const rehearsal = await rehearsed({ loaded: everyStep });
  expect(rehearsal.blockers).toEqual([]);
  expect(rehearsal.forms[0]?.steps[0]?.skipped).toContain('秦立言');
  const said = rehearsalLines(rehearsal, ZONE, true).join('\n');
  expect(said).toContain('“群众帮”没有人可以征求意见：');
});

test('who need not act has no share of the work', async () => {
  const { loads, forms } = await rehearsed({ loaded: everyStep });
  const asked = forms[0]?.steps[0]?.reviewers ?? [];
  const names = loads.map(({ name }) => name);
  expect(asked.some(({ name }) => !names.includes(name))).toBe(true);
});

test('posts that nobody holds and departments without a head are named on demand', async () => {
  await sql`delete from assignment where person_code = '0012' and ref = 'department_head'`.execute(
    bureau.db,
  );
  await sql`update person set status = 'left' where code = '0014'`.execute(bureau.db);
  const rehearsal = await rehearsed();
  expect(rehearsal.vacantPosts).toEqual([{ departmentName: '社区矫正股', postName: '矫正监管岗' }]);
  expect(rehearsal.gaps).toContainEqual({ department: '社区矫正股', role: 'department_head' });
  const brief = rehearsalLines(rehearsal, ZONE, false).join('\n');
  const full = rehearsalLines(rehearsal, ZONE, true).join('\n');
  expect(brief).not.toContain('矫正监管岗');
  expect(full).toContain('社区矫正股矫正监管岗');
});

describe('what stands in the way', () => {
  const blocked = async (): Promise<LaunchInput> => {
    await sql`delete from assignment where ref like 'leading_group_%'`.execute(bureau.db);
    await sql`delete from assignment where ref = 'principal_leader'`.execute(bureau.db);
    const strict = edited('ifNobody: skip', 'ifNobody: refuse', edited(', suggest: 2', ''));
    return input({ loaded: loadText(strict), startOn: '2025-03-01' });
  };

  test('is named all at once, by the rehearsal and by the launch', async () => {
    const given = await blocked();
    const before = await fingerprint(bureau);
    const rehearsal = await rehearsed(given);
    const launch = await launchCycle(bureau.admin(), given);
    expect(await fingerprint(bureau)).toEqual(before);
    const texts = launch.ok ? [] : refusalTexts(launch.refusal);
    expect(texts).toHaveLength(4);
    expect(texts.join()).toContain('“贯彻执行”阶段已于2025年12月10日(周三)结束');
    expect(texts.join()).toContain('请先回答“逾期几个工作日仍未办理，告知其上一级？”');
    expect(texts.join()).toContain('“股室负责人签署意见”这一步没有人可以办理（填报人：沈远乔');
    expect(texts.join()).toContain('“领导小组审定”这一步没有人可以办理（填报人：沈远乔等23人）');
    expect(rehearsal.blockers.map(({ code }) => code).sort()).toEqual([
      'noReviewer',
      'noReviewer',
      'settingMissing',
      'stageClosed',
    ]);
  });

  test('a running cycle blocks; whoever may not launch learns nothing', async () => {
    await bureau.launch();
    const again = await rehearsed();
    expect(again.blockers.map(({ code }) => code)).toEqual(['cycleRunning']);
    const asked = await rehearseLaunch(bureau.db, bureau.as('0013'), input(), larkLimits);
    expect(codeOf(asked)).toBe('roleRequired');
    const nowhere = input({ unitCode: 'XXXX' });
    const unknown = await rehearseLaunch(bureau.db, bureau.admin(), nowhere, larkLimits);
    expect(codeOf(unknown)).toBe('unitUnknown');
  });
});

test('the answers are frozen into the cycle and stand in its audit', async () => {
  const answers = { 'reminders.escalate.0.workdays': '4' };
  const { cycleId, figures } = must(await launchCycle(bureau.admin(), input({ answers })));
  expect(figures).toEqual({
    'reminders.escalate.0.workdays': 4,
    'reminders.escalate.1.workdays': 5,
  });
  const cycle = await bureau.db
    .selectFrom('cycle')
    .select(['profile', 'profile_hash'])
    .executeTakeFirstOrThrow();
  expect(cycle).toMatchObject({
    profile_hash: shipped.hash,
    profile: { settings: { reminders: { escalate: [{ workdays: 4 }, { workdays: 5 }] } } },
  });
  const opened = await bureau.db
    .selectFrom('audit_opening')
    .select(['field', 'value'])
    .where('subject', '=', `cycle:${cycleId}`)
    .where('field', 'like', 'settings.%')
    .orderBy('field')
    .execute();
  expect(opened).toEqual([
    { field: 'settings.reminders.escalate.0.workdays', value: '4' },
    { field: 'settings.reminders.escalate.1.workdays', value: '5' },
  ]);
});

test('two forms of one stage are handed out together', async () => {
  const { forms, sending } = await rehearsed({ loaded: withSecondForm('execute') });
  expect(forms.map(({ authors }) => authors.length)).toEqual([23, 23]);
  expect(sending.fanOuts).toMatchObject([{ messages: 46 }]);
});

describe('5,000 people', () => {
  let town: Bureau;
  const { texts, unit } = bigBureau(5_000);
  beforeEach(async () => {
    town = await openBureau(texts);
  }, 120_000);
  afterEach(() => town?.close());

  test('are rehearsed in two seconds, and what was found fits on the card', async () => {
    const given = input({ unitCode: unit });
    const once = () => rehearseLaunch(town.db, town.admin(), given, larkLimits);
    await once();
    const began = performance.now();
    const rehearsal = must(await once());
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(rehearsal).toMatchObject({ people: 5_000, blockers: [] });
    expect(rehearsal.sending.fanOuts).toMatchObject([{ messages: 5_000, seconds: 303 }]);
    const said = rehearsalLines(rehearsal, ZONE, false).join('\n');
    expect(said).toContain('5000张卡片，平台每分钟最多975条，约需6分钟');
    const card = launchCard(rehearsal.unit, [shipped.profile], {
      today: '2026-09-21',
      zone: ZONE,
      rehearsal,
    });
    const drawn = renderLarkCard(card);
    expect(brokenRules(drawn)).toEqual([]);
    expect(actionsOf(drawn).map(({ id }) => id)).toEqual(['cycle.rehearse', 'cycle.launch']);
  }, 60_000);
});
