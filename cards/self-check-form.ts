/** The self-check form as a card: one risk point at a time, the finished ones above it. */
import { FIELD_LENGTH, type PointRules } from '../domain/profile-forms.ts';
import { manifestationsOf, type RiskPointAnswer } from '../domain/self-check.ts';
import {
  selfCheckAddPoint,
  selfCheckDropPoint,
  selfCheckEditPoint,
  selfCheckSaveDraft,
  selfCheckSubmit,
} from './actions.ts';
import { answersCard } from './answers.ts';
import type { Button } from './button.ts';
import type { Field, Form, FormValues } from './form.ts';
import { formFacts, pointTitle, titled } from './history.ts';
import type { Block, Card, ListItem } from './model.ts';
import type { ProcedureCardView } from './procedure-view.ts';
import { clauseNote, pageLink, primary, ref } from './self-check.ts';
import { ownTitle } from './title.ts';
import { fieldLabels, shorten } from './wording.ts';

/** The form, filled with what has been kept. */
export function fillCard(view: ProcedureCardView): Card {
  const { content } = view.form;
  return content.kind === 'fields' ? answersCard(view, content.fields) : pointsCard(view, content);
}

function pointsCard(view: ProcedureCardView, rules: PointRules): Card {
  const { draft } = view;
  const title = ownTitle(titled(view));
  const number = draft.editing === null ? draft.points.length + 1 : draft.editing + 1;
  return {
    title,
    tone: 'active',
    tag: '填写中',
    summary: `正在填写${title}`,
    blocks: [
      { kind: 'facts', facts: formFacts(view) },
      ...finishedPoints(view),
      { kind: 'heading', text: `${draft.editing === null ? '' : '修改'}第${number}个风险点` },
      { kind: 'form', form: pointForm(view, rules) },
      pageLink(view),
      clauseNote(view),
    ],
  };
}

function finishedPoints(view: ProcedureCardView): readonly Block[] {
  const { points } = view.draft;
  if (points.length === 0) return [];
  const items = points.map(
    (point, n): ListItem => ({
      title: pointTitle(view, point, n),
      detail: shorten(point.content, 60),
    }),
  );
  return [
    { kind: 'heading', text: `已写好的风险点（${points.length}个）` },
    { kind: 'list', items, ordered: true },
  ];
}

/** Every button submits the fields, so that nothing typed is lost by turning to another point. */
function pointForm(view: ProcedureCardView, rules: PointRules): Form {
  const { points, editing } = view.draft;
  const others = points.flatMap((_, n) => (n === editing ? [] : [editButton(view, n)]));
  return {
    name: 'riskPoint',
    fields: pointFieldsOf(view, rules),
    buttons: [
      { text: '添加风险点', style: 'default', action: selfCheckAddPoint(ref(view)) },
      { text: '保存草稿', style: 'default', action: selfCheckSaveDraft(ref(view)) },
      primary('提交', selfCheckSubmit(ref(view))),
      ...others,
      ...(editing === null ? [] : [dropButton(view, editing)]),
    ],
  };
}

const editButton = (view: ProcedureCardView, n: number): Button => ({
  text: `修改第${n + 1}个`,
  style: 'default',
  action: selfCheckEditPoint({ ...ref(view), n }),
});

const dropButton = (view: ProcedureCardView, n: number): Button => ({
  text: '删除本条',
  style: 'danger',
  action: selfCheckDropPoint(ref(view)),
  confirm: { title: '删除风险点', text: `确定删除第${n + 1}个风险点吗？删除后需要重新填写。` },
});

function pointFieldsOf(view: ProcedureCardView, rules: PointRules): readonly Field[] {
  const { current } = view.draft;
  const types = view.profile.riskTypes.filter(({ code }) => rules.riskTypes.includes(code));
  const picks = manifestationsOf(view.profile, rules);
  const long = { kind: 'longText' as const, required: true, maxLength: FIELD_LENGTH };
  return [
    {
      kind: 'single',
      name: 'riskType',
      label: fieldLabels.riskType,
      required: true,
      help: '请选择风险类型',
      choices: types.map(({ code, name }) => ({ value: code, text: name })),
      value: current.riskType,
    },
    {
      ...long,
      name: 'content',
      label: fieldLabels.content,
      help: contentHelps[view.form.level],
      value: current.content,
    },
    {
      kind: 'multiple',
      name: 'manifestationPicks',
      label: fieldLabels.manifestationPicks,
      help: '可多选，供参考',
      choices: picks.map(({ code, text }) => ({ value: code, text })),
      value: current.manifestationPicks,
    },
    {
      ...long,
      name: 'manifestation',
      label: fieldLabels.manifestation,
      help: '请用自己的话写清具体表现',
      value: current.manifestation,
    },
    {
      kind: 'single',
      name: 'existence',
      label: fieldLabels.existence,
      required: true,
      help: '已经存在还是潜在',
      choices: [
        { value: 'present', text: '已经存在' },
        { value: 'potential', text: '潜在' },
      ],
      value: current.existence,
    },
    {
      ...long,
      name: 'measures',
      label: fieldLabels.measures,
      help: '打算怎样防、怎样控',
      value: current.measures,
    },
  ];
}

const contentHelps = {
  person: '这个岗位在什么环节、可能出什么问题',
  department: '这个部门在什么环节、可能出什么问题',
  team: '班子在什么决策事项上、可能出什么问题',
} as const;

/** Reads the form's submitted values; anything a hostile client may send becomes text or nothing. */
export function pointOf(values: FormValues): RiskPointAnswer {
  const text = (name: string): string => {
    const value = values[name];
    return typeof value === 'string' ? value : '';
  };
  const picks = values['manifestationPicks'];
  const existence = text('existence');
  return {
    riskType: text('riskType'),
    content: text('content').trim(),
    manifestationPicks: Array.isArray(picks)
      ? picks.filter((pick) => typeof pick === 'string')
      : [],
    manifestation: text('manifestation').trim(),
    existence: existence === 'present' || existence === 'potential' ? existence : '',
    measures: text('measures').trim(),
  };
}
