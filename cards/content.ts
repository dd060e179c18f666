/** What was given in, on the cards about a form: its risk points, or the answers to its fields. */
import { type Answer, answerOf, isEmptyAnswer } from '../domain/answers.ts';
import type { ProfileField } from '../domain/profile-forms.ts';
import { procedureRead, procedureRefresh } from './actions.ts';
import type { Button } from './button.ts';
import { pointDetail, pointsBlock, pointTitle, titled } from './history.ts';
import type { Block, Card, ListItem } from './model.ts';
import type { ProcedureCardView } from './procedure-view.ts';
import { othersTitle, ownTitle } from './title.ts';
import { dateText, shorten } from './wording.ts';

/** `风险点（2个）` or `填写内容`. */
export const contentHeading = (view: ProcedureCardView): string =>
  view.form.content.kind === 'riskPoints' ? `风险点（${view.points.length}个）` : '填写内容';

export const contentBlock = (view: ProcedureCardView): Block =>
  view.form.content.kind === 'riskPoints' ? pointsBlock(view) : answersBlock(view);

/** Characters of an answer, and of all answers together, that a card about the whole form shows. */
const SHORT = 160;
const WHOLE = 1500;

function answersBlock(view: ProcedureCardView): Block {
  const lines = fieldsOf(view).map((field, index) => ({
    field,
    index,
    text: answerText(view, field),
  }));
  const given = lines.filter(({ text }) => text !== '');
  const fits = given.reduce((sum, { text }) => sum + text.length, 0) <= WHOLE;
  const items = given.map(
    ({ field, index, text }): ListItem => ({
      title: field.label,
      detail: fits ? text : shorten(text, SHORT),
      ...(field.kind === 'longText' ? { button: readButton(view, index) } : {}),
    }),
  );
  return { kind: 'list', items };
}

/** Also beside a text that is whole there: drawing the card may shorten it to make everything fit. */
const readButton = (view: ProcedureCardView, n: number): Button => ({
  text: '查看',
  style: 'default',
  action: procedureRead({ id: view.row.id, n }),
});

const fieldsOf = ({ form: { content } }: ProcedureCardView): readonly ProfileField[] =>
  content.kind === 'fields' ? content.fields : [];

function answerText(view: ProcedureCardView, field: ProfileField): string {
  const answer = answerOf(view.answers, field);
  if (isEmptyAnswer(answer)) return '';
  if ('choices' in field) return choiceText(field, answer);
  return field.kind === 'date' ? dateText(String(answer)) : String(answer);
}

function choiceText(
  field: Extract<ProfileField, { kind: 'single' | 'multiple' }>,
  answer: Answer,
): string {
  const chosen = Array.isArray(answer) ? answer : [answer];
  const texts = field.choices.filter(({ value }) => chosen.includes(value));
  return texts.map(({ text }) => text).join('、');
}

/** Point or answer `index` in full, with the way back. */
export function partCard(view: ProcedureCardView, index: number): Card {
  const back: Button = {
    text: '返回',
    style: 'default',
    action: procedureRefresh({ id: view.row.id }),
  };
  const { tag, blocks } =
    view.form.content.kind === 'riskPoints' ? pointPart(view, index) : answerPart(view, index);
  return {
    title: ownTitle(titled(view)),
    subtitle: `${view.row.subjectName} · ${view.row.departmentName}`,
    tone: 'neutral',
    tag,
    summary: `${othersTitle(titled(view))}：${tag}`,
    blocks: [...blocks, { kind: 'buttons', buttons: [back] }],
  };
}

type Part = { readonly tag: string; readonly blocks: readonly Block[] };

function pointPart(view: ProcedureCardView, index: number): Part {
  const point = view.points[index];
  const tag = `第${index + 1}个风险点`;
  if (point === undefined) return { tag, blocks: [] };
  return {
    tag,
    blocks: [
      { kind: 'heading', text: pointTitle(view, point, index) },
      { kind: 'text', text: pointDetail(view, point) },
    ],
  };
}

function answerPart(view: ProcedureCardView, index: number): Part {
  const field = fieldsOf(view)[index];
  if (field === undefined) return { tag: '填写内容', blocks: [] };
  return {
    tag: '填写内容',
    blocks: [
      { kind: 'heading', text: field.label },
      { kind: 'text', text: answerText(view, field) },
    ],
  };
}
