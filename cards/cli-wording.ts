/** What the administrator's commands print. */
import type { Day } from '../domain/calendar.ts';
import { dateText } from './wording.ts';

type CheckName =
  | 'database'
  | 'calendar'
  | 'principal'
  | 'outboxDead'
  | 'outboxLag'
  | 'messenger'
  | 'accounts'
  | 'stuckReviews';

const good: Readonly<Record<CheckName, (detail: string) => string>> = {
  database: () => '数据库可以连接，表结构是最新的',
  calendar: (year) => `节假日数据到${year}年`,
  principal: () => '每个单位都有主要负责人',
  outboxDead: () => '没有发送失败的消息',
  outboxLag: () => '消息发送没有积压',
  messenger: (count) => `即时通信平台可以访问，应用可见${count}人`,
  accounts: () => '登记的账号都在应用的可用范围内',
  stuckReviews: () => '每份待审核的自查表都有人可以办理',
};

const bad: Readonly<Record<CheckName, (detail: string) => string>> = {
  database: (reason) => `数据库有问题（${reason}）。请检查 DATABASE_URL，再运行 migrate 命令`,
  calendar: (year) =>
    `节假日数据只到${year}年。请升级程序，或用 calendar set 命令登记本年的放假和调休`,
  principal: (units) => `没有主要负责人的单位：${units}。请在 assignments.csv 中补充后重新导入`,
  outboxDead: (count) =>
    `有${count}条消息发送失败。请核对人员的账号后，让本人发送“待办”重新领取卡片`,
  outboxLag: (count) => `有${count}条消息积压超过5分钟。请确认 worker 进程正在运行`,
  messenger: (reason) => `不能访问即时通信平台（${reason}）。请核对应用凭证、权限和网络`,
  stuckReviews: (forms) =>
    `这些自查表没有人可以审核：${forms}。请在 assignments.csv 中补充相应职务后重新导入`,
  accounts: (names) =>
    `应用看不到这些人：${names}。请在管理后台把他们加入可用范围和通讯录权限范围，并发布版本`,
};

/** One line of `doctor`. */
export const findingText = (finding: {
  readonly check: CheckName;
  readonly ok: boolean;
  readonly detail: string;
}): string =>
  finding.ok
    ? `正常  ${good[finding.check](finding.detail)}`
    : `注意  ${bad[finding.check](finding.detail)}`;

const stageStates = { notStarted: '未开始', running: '进行中', ended: '已结束' } as const;

/** The lines of `cycle status`. */
export function statusLines(status: {
  readonly profile: { readonly name: string };
  readonly stages: readonly {
    readonly name: string;
    readonly firstDay: Day;
    readonly lastDay: Day;
    readonly status: keyof typeof stageStates;
  }[];
  readonly departments: readonly {
    readonly departmentName: string;
    readonly owed: number;
    readonly submitted: number;
    readonly completed: number;
  }[];
  readonly due: readonly {
    readonly stepName: string;
    readonly dueOn: Day;
    readonly open: number;
  }[];
}): readonly string[] {
  return [
    status.profile.name,
    ...status.stages.map(
      (stage) =>
        `  ${stage.name}：${dateText(stage.firstDay)}至${dateText(stage.lastDay)}，${stageStates[stage.status]}`,
    ),
    ...status.departments.map(
      (each) =>
        `  ${each.departmentName}：应填${each.owed}份，已提交${each.submitted}份，已审定${each.completed}份`,
    ),
    ...status.due.map(
      (each) => `  待办“${each.stepName}”${each.open}项，截止${dateText(each.dueOn)}`,
    ),
  ];
}

type OrganisationNode = {
  readonly code: string;
  readonly name: string;
  readonly departments: readonly {
    readonly code: string;
    readonly name: string;
    readonly posts: readonly { readonly name: string; readonly holders: readonly string[] }[];
  }[];
  readonly units: readonly OrganisationNode[];
};

/** The lines of `org show`. */
export const organisationLines = (
  nodes: readonly OrganisationNode[],
  indent = '',
): readonly string[] =>
  nodes.flatMap((unit) => [
    `${indent}${unit.name}（${unit.code}）`,
    ...unit.departments.flatMap((department) => [
      `${indent}  ${department.name}（${department.code}）`,
      ...department.posts.map(
        (post) => `${indent}    ${post.name}：${post.holders.join('、') || '空缺'}`,
      ),
    ]),
    ...organisationLines(unit.units, `${indent}  `),
  ]);
