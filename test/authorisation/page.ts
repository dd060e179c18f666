/** `docs/authorisation.md`, written from the matrix. */
import { roles } from '../../domain/profile-terms.ts';
import { formActions, type Sight, type State, sightOf, sights, stateIds, states } from './forms.ts';
import { ownActions, scopes, unitActions, unitStates, words } from './lists.ts';
import { type Relation, relationIds, relationOfRole, relations, unitIds } from './people.ts';
import { rules } from './rules.ts';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
const named = ({ zh, en }: { readonly zh: string; readonly en: string }): string => `${zh} ${en}`;
const listOf = (values: readonly string[]): string => values.join('、');
const codeOf = (text: string): string => `\`${text}\``;

const signs: Readonly<Record<Sight, string>> = { full: '●', status: '◐', none: '·' };
const isStranger = (relation: Relation) => relation === 'left' || relation === 'stranger';

/** The page as it should be. */
export const authorisationPage = (): string =>
  `${[
    head,
    '## 可以看到什么 What may be seen',
    legend,
    table(
      ['谁 Who', ...stateIds.map((_, index) => String(index + 1)), '依据 Rules'],
      relationIds.map((relation) => [
        named(relations[relation]),
        ...stateIds.map((state) => signs[seenBy(relation, state)]),
        sights[relation].rules.join(', '),
      ]),
    ),
    '状态 States:',
    stateIds.map((state, index) => `${index + 1}. ${named(states[state])}`).join('\n'),
    '## 可以做什么 What may be done with a form',
    table(['操作 Action', '编号 Id', '谁、何时 Who, when', '依据 Rules'], actionRows()),
    refusals,
    table(['操作 Action', '谁 Told to', ...phases.map(([, title]) => title)], refusalRows()),
    '## 名单、台账、发起 Lists, register, launch',
    lists,
    table(
      ['角色 Role', '关系 Relation', '范围 Scope', '依据 Rules'],
      roles.map((role) => [
        codeOf(role),
        named(relations[relationOfRole[role]]),
        scopeTexts[scopes[role].scope],
        scopes[role].rules.join(', '),
      ]),
    ),
    table(
      ['输入 Word', '内容 Content', '依据 Rules'],
      Object.entries(words).map(([word, { en, rules: cited }]) => [word, en, cited.join(', ')]),
    ),
    table(
      ['操作 Action', '编号 Id', '谁 Who, in that very unit', '不受理 Refused when', '依据 Rules'],
      Object.entries(unitActions).map(([id, action]) => [
        named(action),
        codeOf(id),
        action.roles.map(codeOf).join('、'),
        listOf(
          unitIds
            .filter((unit) => action.running.includes(unit))
            .map((unit) => named(unitStates[unit])),
        ) || '—',
        action.rules.join(', '),
      ]),
    ),
    table(
      ['操作 Action', '编号 Id', '谁 Who', '依据 Rules'],
      Object.entries(ownActions).map(([id, action]) => [
        named(action),
        codeOf(id),
        action.who,
        action.rules.join(', '),
      ]),
    ),
    otherSteps,
    '## 网页 Pages',
    pages,
    '## 依据 Rules',
    table(
      ['编号 Id', '内容 Rule'],
      Object.entries(rules).map(([id, text]) => [id, text]),
    ),
  ].join('\n\n')}\n`;

const head = `# 权限表 Authorisation

谁在什么情况下可以做什么，依据哪一条。本页由 \`test/authorisation/\` 中的数据生成；测试用真实的数据库和程序逐格核对，
表中没有的操作、角色、状态或步骤会使测试失败。修改数据后，用 \`UPDATE_DOCS=1\` 运行 \`test/authorisation.test.ts\` 重写本页。

Who may do what when, by which rule. The page is written from the data in \`test/authorisation/\`; the tests click every
cell on a real database (\`test/authorisation.db.test.ts\`, \`test/authorisation-lists.db.test.ts\`), and fail for an action, a role, a
state or a step that has no row. After a change of the data run \`test/authorisation.test.ts\` with \`UPDATE_DOCS=1\`.

权限只看点击时的任职，不看卡片发给了谁；转发的卡片不带权限。“下级单位”是发起单位之下的单位。 Rights follow the roles held at
the moment of the click, never the card: a forwarded card carries none.`;

const legend = '● 全文 everything written · ◐ 只看进展 only how it stands · · 看不到 nothing';

const refusals = `其余一律不予受理。看不到表格的人只得到“此项不由您处理”，不论表格处于什么状态；离职人员和未登记的账号只得到登记提示。
看得到的人会知道原因：

Everything else is refused. Whoever sees nothing of a form is told \`notYours\` in every state and learns nothing; people who
left and unknown accounts are only told how to be registered. Those who see the form learn the reason:`;

const lists = `“待办”只列本人现在可以办理的事项，“自查”只打开本人的自查表。“进度”和“台账”的范围按角色：

待办 lists what the person may act on now, 自查 opens the own form alone. How far 进度 and 台账 reach:`;

const otherSteps = `## 其他步骤和代理 Other kinds of steps, deputies

所附方案没有的步骤，由 \`test/steps.db.test.ts\` 逐项核对：征求意见时，被征求的人可以提意见、看全文，只有填报人可以答复、修改和提前结束；
会议研究、核对同“同意”“退回”；备案只由备案单位确认，没有账号的由办公室登记，不能退回。代理人只在代理期间、以被代理人的角色办理，
不办理本人的表格，不再转交；被代理人看得到全文。转交、回避之后，接办人同原办理人。见 \`test/stand-in.db.test.ts\`。

Kinds of steps that the shipped scheme does not have are tried in \`test/steps.db.test.ts\`: whoever is asked for additions may add and
read everything, the author alone answers, changes and ends; a discussion and a check are taken like agree and return; a filing is confirmed
by its addressees, for a body without an account by the office, and never returned. A deputy acts from day to day in the role of the leader,
never on the own form, and hands nothing on; the leader still sees everything. \`test/stand-in.db.test.ts\` tries these.`;

const pages = `网页没有自己的权限：自查表的网页只有填报人能打开，按钮与卡片上的相同；进度的网页与“进度”的范围相同，
范围之外的部门不予显示。不在此列的人只得到“此项不由您处理”。

Pages have no rights of their own: the page of a form opens for its author alone and carries the buttons of the card; the page
of the progress reaches as far as the word 进度. Everybody else is told \`notYours\`.`;

const scopeTexts = {
  led: '本单位和所有下级单位，不论谁发起 the unit and all below, whoever launched',
  launched: '本单位发起的周期 what the own unit launched',
  department: '所负责的科室 the own departments',
  own: '本人 the own form',
} as const;

const phases = [
  ['scheduled', '未开始'],
  ['writing', '填写中'],
  ['review', '审核中'],
  ['completed', '已登记'],
  ['cancelled', '已终止'],
] as const;

/** An author who has left is a person who left. */
const seenBy = (relation: Relation, state: State): Sight =>
  isStranger(relation) ? 'none' : sightOf(relation, state);

function actionRows(): readonly (readonly string[])[] {
  return Object.entries(formActions).flatMap(([id, action]) => {
    const title = [named(action), codeOf(id)];
    if (action.kind === 'read') {
      const who =
        action.needs === 'full' ? '● 全文 whoever sees everything' : '●、◐ whoever sees anything';
      return [[...title, who, action.rules.join(', ')]];
    }
    return action.allowed.map(({ who, when, rules: cited }) => [
      ...title,
      `${relations[who].zh}：${listOf(when.map((state) => states[state].zh))}`,
      cited.join(', '),
    ]);
  });
}

function refusalRows(): readonly (readonly string[])[] {
  return Object.entries(formActions).flatMap(([id, action]) => {
    if (action.kind === 'read') return [];
    const line = (who: string, reasons: typeof action.author) => [
      `${action.zh} ${codeOf(id)}`,
      who,
      ...phases.map(([phase]) => (reasons[phase] === null ? '—' : codeOf(reasons[phase]))),
    ];
    return [line('填报人 author', action.author), line('其他人 others', action.others)];
  });
}
