/** What answers 代理: who acts for whom, a form to name a deputy, and what the deputy is told. */
import type { Day } from '../domain/calendar.ts';
import { delegationName, delegationRevoke } from './actions.ts';
import type { Field } from './form.ts';
import type { Block, Card, ListItem } from './model.ts';
import type { PersonName } from './procedure-view.ts';
import { dateText } from './wording.ts';

export type DelegationLine = {
  readonly id: string;
  readonly principal: string;
  readonly principalName: string;
  readonly deputyName: string;
  readonly fromOn: Day;
  readonly toOn: Day;
};

export type DelegationCardView = {
  readonly person: string;
  readonly mayName: boolean;
  readonly candidates: readonly PersonName[];
  readonly known: readonly DelegationLine[];
  readonly today: Day;
};

export type DelegationEntered = {
  readonly deputy: string;
  readonly fromOn: string;
  readonly toOn: string;
};

/** The delegations of a person, given and taken, and the form for a new one. */
export function delegationCard(view: DelegationCardView, entered?: DelegationEntered): Card {
  const { known, mayName } = view;
  return {
    title: '代理',
    tone: known.length > 0 ? 'active' : 'neutral',
    summary: known.length > 0 ? `代理安排${known.length}项` : '目前没有代理安排',
    blocks: [
      {
        kind: 'text',
        text: '外出期间可以指定一名代理人代为审核。代理人办理的事项一律注明“代”；到期自动结束，可以随时撤销；被代理人仍可查看。',
      },
      ...(known.length === 0
        ? [{ kind: 'text' as const, muted: true, text: '目前没有代理安排。' }]
        : [{ kind: 'list' as const, items: known.map((line) => lineOf(view, line)) }]),
      ...(mayName
        ? [nameForm(view, entered)]
        : [{ kind: 'text' as const, muted: true, text: '您目前没有需要代理的审核职责。' }]),
    ],
  };
}

function lineOf({ person }: DelegationCardView, line: DelegationLine): ListItem {
  const { id, principal, principalName, deputyName } = line;
  const item = { title: `${deputyName} 代 ${principalName}`, detail: periodText(line) };
  if (principal !== person) return item;
  const confirm = { title: '撤销代理', text: `确定撤销${deputyName}的代理吗？` };
  const action = delegationRevoke({ id });
  return { ...item, button: { text: '撤销', style: 'danger', action, confirm } };
}

const periodText = ({ fromOn, toOn }: Pick<DelegationLine, 'fromOn' | 'toOn'>): string =>
  `${dateText(fromOn)}至${dateText(toOn)}`;

function nameForm(view: DelegationCardView, entered: DelegationEntered | undefined): Block {
  const { candidates, today } = view;
  const fields: readonly Field[] = [
    {
      kind: 'single',
      name: 'deputy',
      label: '代理人',
      required: true,
      choices: candidates.map(({ code, name }) => ({ value: code, text: name })),
      value: entered?.deputy ?? '',
    },
    {
      kind: 'date',
      name: 'fromOn',
      label: '代理开始日期',
      required: true,
      value: entered?.fromOn ?? today,
    },
    {
      kind: 'date',
      name: 'toOn',
      label: '代理结束日期',
      required: true,
      help: '含当日',
      value: entered?.toOn ?? today,
    },
  ];
  const button = { text: '指定代理人', style: 'primary' as const, action: delegationName({}) };
  return { kind: 'form', form: { name: 'delegation', fields, buttons: [button] } };
}

/** What the deputy is told. */
export function deputyCard(
  line: Pick<DelegationLine, 'principalName' | 'deputyName' | 'fromOn' | 'toOn'>,
): Card {
  const title = `请您代理${line.principalName}`;
  return {
    title,
    tone: 'active',
    tag: '代理',
    summary: `${title}，${periodText(line)}`,
    blocks: [
      { kind: 'facts', facts: [{ label: '代理期间', value: periodText(line) }] },
      {
        kind: 'text',
        text: `这段时间由您代${line.principalName}审核，办理记录会注明“${line.deputyName} 代 ${line.principalName}”。本人的表格不能代理审核。`,
      },
    ],
  };
}
