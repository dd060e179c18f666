/** What `profile check` says: every problem at once, in Chinese, with its line and what to write instead. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { profileSummaryLines } from '../cards/profile-summary.ts';
import { knowsProblem, profileProblemText } from '../cards/profile-wording.ts';
import { roles } from '../domain/profile-terms.ts';
import { profileJsonSchema, readProfile } from '../services/profile.ts';
import { everyStep, everyStepText } from './support/every-step.ts';
import { edited, profile, shipped, shippedText, wholeText } from './support/shipped-profile.ts';

/** What is said about `text`, without the file's name. */
const saidOf = (text: string): readonly string[] => {
  const reading = readProfile(text);
  if (reading.ok) return [];
  return reading.problems.map((problem) => profileProblemText('', problem).trim());
};

const lineOf = (passage: string): number =>
  shippedText.slice(0, shippedText.indexOf(passage)).split('\n').length;

describe('one slip', () => {
  test.each([
    ['version: "1"', 'version: 1', 'version', '写的是“1”，应写成文字，请加引号，如 "1"'],
    ['name: 动员部署', 'title: 动员部署', 'stages 第1项 title', '不认识“title”'],
    ['maxPoints: 10', 'maxPoints: 10.5', 'forms 第1项 content maxPoints', '应写成整数'],
    ['maxPoints: 10', 'maxPoints: 50', 'forms 第1项 content maxPoints', '不能大于20'],
    ['maxPoints: 10', 'maxPoints: many', 'forms 第1项 content maxPoints', '应写成数字'],
    [
      'kind: decide',
      'kind: vote',
      'steps 第4项 kind',
      '只能写：fill、comment、meeting、sign、decide、check、file',
    ],
    ['opinion: onReturn', 'opinion: never', 'opinion', '只能写：always、onReturn'],
    ['who: department_head', 'who: head', 'who', 'department_head（科室负责人）'],
    ['stage: execute', 'stage: exeucte', 'stage', '没有“exeucte”这个阶段，可以写：mobilise、'],
    ['limit: { workdays: 5 }', 'limit: 5', 'limit', '写的是“5”，期限应写成 stageEnd'],
    ['limit: { workdays: 5 }', 'limit: { workdays: -5 }', 'limit workdays', '不能小于0'],
    ['monthDay: "12-31"', 'monthDay: "02-30"', 'closes monthDay', '“02-30”，没有这一天'],
    ['month: 9, part: middle', 'month: 9, part: mid', 'closes xun part', '只能写：early、'],
    ['{ offsetDays: 0 }', '"09-01"', 'opens', '日期应写成 { monthDay: "12-31" }'],
    ['at: "09:00"', 'at: 9', 'reminders at', '写的是“9”，应写成文字，请加引号'],
    ['at: "09:00"', 'at: "9:00"', 'reminders at', '时间应写成 "09:00" 的样式'],
    ['onDue: true', 'onDue: "yes"', 'onDue', 'true（是）或 false（否）'],
    ['suggest: 2', 'suggests: 2', 'workdays suggests', '这里可以写：ask、suggest'],
    ['riskTypes: [postDuty, environment]', 'riskTypes: postDuty', 'riskTypes', '应写成列表'],
    ['numberPrefix: FX', 'numberPrefix: ""', 'numberPrefix', '不能为空'],
    ['id: headOpinion', 'id: 1st', 'id', '编码应以小写字母开头'],
    ['id: s2-justice-bureau', 'id: S2', 'id', '方案编号应只含小写字母'],
  ])('%j written as %j', (from, to, place, words) => {
    const said = saidOf(edited(from, to)).join('\n');
    expect(said).toContain(`第${lineOf(from)}行`);
    expect(said).toContain(place);
    expect(said).toContain(words);
  });

  test('what is missing is told where its neighbours stand', () => {
    const without = edited('    clause: 第三阶段\n', '');
    expect(saidOf(without)).toEqual([
      `第${lineOf('- code: check')}行 stages 第3项 clause：缺少这一项，请补充`,
    ]);
  });

  test('ORG-07 a signature that only an earlier signer could give is never reached', () => {
    const twice = edited(
      'who: leader_in_charge\n        otherwise: [principal_leader, leading_group_head]',
      'who: department_head\n        otherwise: []',
    );
    expect(saidOf(twice).join()).toContain('“分管领导签署意见”永远轮不到');
    const repeated = edited('who: leader_in_charge', 'who: principal_leader');
    expect(saidOf(repeated).join()).toContain('有重复的角色');
  });

  test.each([
    ['{ monthDay: "12-31" }', '{ monthDay: "12-01" }', '调整修正'],
    ['{ xun: { month: 9, part: middle, edge: end } }', '{ offsetDays: -1 }', '动员部署'],
  ])('PLAN-05 a stage cannot end before it opens: %s as %s', (from, to, name) => {
    expect(saidOf(edited(from, to)).join()).toContain(`“${name}”阶段在开始之前就结束了`);
  });

  test.each([
    ['stages:\n', '\tstages:\n', '制表符'],
    ['body: 司法局', 'body: 司法局\nbody: 学校', '两个相同的名称'],
    ['suggest: 2 }', 'suggest: 2', '请检查'],
    ['name: 动员部署', 'name: 动员: 部署', '含冒号的文字请加引号'],
    ['stages:', '---\nstages:', ''],
  ])('a fault of the notation: %j as %j', (from, to, words) => {
    expect(saidOf(edited(from, to)).join()).toContain(words);
  });
});

test('every problem is told at once, in the order of the lines', () => {
  const text = [
    ['version: "1"', 'version: 1'],
    ['name: 贯彻执行', 'nam: 贯彻执行'],
    ['month: 12, part: early', 'month: 13, part: early'],
    ['maxPoints: 10', 'maxPoints: 0'],
    ['to: superior', 'to: boss'],
    ['from: "08:30"', 'from: "8:30"'],
  ].reduce((sofar, [from = '', to = '']) => edited(from, to, sofar), shippedText);
  const said = saidOf(text);
  expect(said).toHaveLength(7);
  const lines = said.map((each) => Number(/第(\d+)行/.exec(each)?.[1]));
  expect(lines).toEqual(lines.toSorted((a, b) => a - b));
});

test('a wrong shape in one form does not hide what does not fit in the rest', () => {
  const text = edited('maxPoints: 10', 'maxPoints: 0', edited('code: execute', 'code: mobilise'));
  expect(saidOf(text).join('\n')).toContain('阶段编码“mobilise”重复');
  expect(saidOf(text).join('\n')).toContain('不能小于1');
});

/** Words of the schema's library would be English sentences. */
const ENGLISH_SENTENCE = /[A-Za-z]+ [a-z]+ [a-z]+/;

test('whatever is written, it is told in Chinese and with a line', () => {
  const places = fc.constantFrom(...placesIn(parse(shippedText)));
  const value = fc.oneof(
    fc.constantFrom(null, '', 'x', 0, -1, 1.5, 1e9, true, [], {}, ['x'], { x: 1 }, { ask: 1 }),
    fc.constant(undefined),
  );
  fc.assert(
    fc.property(places, value, (path, given) => {
      const copy: unknown = parse(shippedText);
      let holder: unknown = copy;
      for (const key of path.slice(0, -1)) holder = Reflect.get(Object(holder), key);
      const last = path.at(-1) ?? '';
      if (given === undefined) Reflect.deleteProperty(Object(holder), last);
      else Reflect.set(Object(holder), last, given);
      const reading = readProfile(stringify(copy));
      for (const problem of reading.ok ? [] : reading.problems) {
        expect(knowsProblem(problem.code), problem.code).toBe(true);
        expect(problem.line).toBeGreaterThan(0);
        const text = profileProblemText('', problem);
        expect(text).toMatch(/\p{Script=Han}/u);
        expect(text.slice(text.indexOf('：'))).not.toMatch(ENGLISH_SENTENCE);
      }
    }),
    { numRuns: 400 },
  );
});

function placesIn(value: unknown): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = Array.isArray(value) ? Number(key) : key;
    return [[here], ...placesIn(inner).map((path) => [here, ...path])];
  });
}

test('every complaint of the cross-checks and the schema has its sentence', () => {
  const sources = [
    'profile-check',
    'profile-check-steps',
    'profile-forms',
    'profile',
    'profile-terms',
    'profile-steps',
  ].map((name) => readFileSync(new URL(`../domain/${name}.ts`, import.meta.url), 'utf8'));
  const notCodes = new Set(['stageEnd', 'onReturn', 'riskPoints', 'meetingOf', 'longText']);
  const parts = ['everyDepartment', 'launchingUnit', 'maxLength', 'maxPoints'];
  for (const part of parts) notCodes.add(part);
  const codes = sources.flatMap((source) =>
    [...source.matchAll(/'([a-z]+[A-Z]\w*)'/g)].map(([, code]) => code ?? ''),
  );
  const complaints = codes.filter((code) => !notCodes.has(code));
  expect(complaints).toContain('manifestationRepeated');
  expect(complaints.length).toBeGreaterThanOrEqual(18);
  const settingsSections = new Set(['riskTypes', 'offsetDays', 'monthDay', 'sendWindow']);
  const unknown = complaints.filter((code) => !knowsProblem(code) && !settingsSections.has(code));
  expect(unknown).toEqual([]);
});

describe('the summary of a profile', () => {
  const text = profileSummaryLines(shipped.profile).join('\n');

  test.each([
    '贯彻执行：9月下旬首日至12月上旬末日（第二阶段（一））',
    '全体在岗人员在“贯彻执行”阶段填写',
    '2. 股室负责人签署意见：科室负责人，不能办理时依次由分管领导、主要负责人、领导小组组长办理，5个工作日之内，须写明意见',
    '4. 领导小组审定：领导小组办公室',
    '凭会议记录审定，出席人员限于领导小组组长、领导小组成员、领导小组办公室',
    '到期前10、3、1个工作日提醒',
    '逾期2（发起时确认）个工作日，告知上一级',
    '必须',
    '--set reminders.escalate.0.workdays=',
  ])('says %s', (words) => {
    const asked = { ...shipped.profile.settings.reminders, at: { ask: '每天几点提醒？' } };
    const open = {
      ...shipped.profile,
      settings: { ...shipped.profile.settings, reminders: asked },
    };
    const whole = words === '必须' ? profileSummaryLines(open).join('\n') : text;
    expect(whole).toContain(words);
  });

  test('every clause is in it, and no code of a role, a stage or a step', () => {
    const clauses = [...JSON.stringify(profile).matchAll(/"clause":"([^"]+)"/g)];
    for (const [, clause = ''] of clauses) expect(text).toContain(`（${clause}）`);
    expect(text).not.toMatch(/leading_group|department_head|mobilise|headOpinion|stageEnd/);
  });
});

describe('the summary of every kind of step', () => {
  const lines = profileSummaryLines(everyStep.profile);
  test.each([
    '2. 群众帮：征求同科室人员的意见，可以不提，3个工作日之内，由填报人逐条答复，到期自动进入下一步（第二阶段（一）1）',
    '3. 集体定：科室负责人，不能办理时依次由分管领导、主要负责人、领导小组办公室办理，5个工作日之内，须写明研究结果，记录会议，不作审定，出席人员限于同科室人员，没有人时不能发起（第二阶段（一）1）',
    '7. 局党支部核对：党支部，不能办理时依次由领导小组组长、领导小组成员办理，5个工作日之内，退回时须写明意见，已签署过的人也可以核对，没有人时不能发起，风险点在这一步登记编号（第二阶段（二））',
    '8. 备案：向领导小组办公室（领导小组办公室，不能办理时依次由领导小组组长办理）、市惩防办（领导小组办公室，不能办理时依次由领导小组组长办理；对方没有账号，由办理人登记备案日期和文号）备案，10个工作日之内（第二阶段（二））',
  ])('says %s', (line) => {
    expect(lines).toContain(`  ${line}`);
  });
});

describe('a slip in one of the later kinds of step', () => {
  test.each([
    ['asks: department', 'asks: departments', '应写成 department（表格所属科室的全体人员）'],
    ['asks: department', 'asks: [head]', 'asks 第1项'],
    ['asks: department', 'asks: []', '至少要有1项'],
    ['registers: true', 'registers: yes please', '只能写：true'],
    ['external: true', 'external: "no"', 'true（是）或 false（否）'],
    ['- code: superior', '- code: office', '备案单位编码“office”重复'],
    [
      'who: party_branch\n        otherwise: [leading',
      'who: party_branch\n        otherwise: [party_branch, leading',
      '有重复的角色',
    ],
    ['        registers: true\n', '', '请在核对步骤写 registers: true'],
  ])('%j written as %j', (from, to, words) => {
    expect(saidOf(edited(from, to, everyStepText)).join('\n')).toContain(words);
  });
});

describe('the schema for editors', () => {
  test('profiles/profile.schema.json is current; if not, run: npm run -s cli -- profile schema', () => {
    const file = new URL('../profiles/profile.schema.json', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(profileJsonSchema());
  });

  test('the shipped profile names it', () => {
    expect(wholeText.split('\n')[0]).toBe('# yaml-language-server: $schema=profile.schema.json');
  });
});

describe('docs/profiles.md', () => {
  const guide = readFileSync(new URL('../docs/profiles.md', import.meta.url), 'utf8');

  test('its whole example is a profile that holds together', () => {
    const [, example = ''] = /```yaml\n(# yaml-language-server[\s\S]*?)```/.exec(guide) ?? [];
    expect(saidOf(example)).toEqual([]);
    expect(example).toContain('ask:');
  });

  test('it explains every role, and every member a profile may have', () => {
    for (const role of roles) expect(guide).toContain(`\`${role}\``);
    const members = [...profileJsonSchema().matchAll(/^ +"(\w+)": \{$/gm)].map(([, name]) => name);
    const words = new Set(['properties', 'items', 'additionalProperties']);
    const explained = members.filter((name) => !words.has(name ?? ''));
    expect(explained).toContain('escalate');
    expect(explained.filter((name) => !guide.includes(name ?? ''))).toEqual([]);
  });
});
