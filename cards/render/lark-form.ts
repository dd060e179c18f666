/** The neutral form as a Feishu form (sheet §3.5–3.7). Required fields are checked by the server alone, so that a draft can be saved. */
import type { Choice, Field, Form } from '../form.ts';
import { escapeMarkdown, shorten } from './escape.ts';
import { drawButton, drawButtons, type LarkNode, markdown, type Pen, plain } from './lark-node.ts';

/** §3.6: an input takes no more. */
const INPUT_LIMIT = 1000;
const HELP_LIMIT = 100;
const NUMBER_LENGTH = 20;

/** Draws a form; without fields it is a row of buttons, without buttons a list of what is filled in. */
export function drawForm(pen: Pen, form: Form): readonly LarkNode[] {
  const buttons = form.buttons.map((button) => drawButton(pen, button));
  if (form.fields.length === 0) return drawButtons(pen, buttons);
  if (buttons.length === 0) return [markdown(form.fields.map(readOnlyLine).join('<br>'))];
  const submits = buttons.map((button) => ({ ...button, form_action_type: 'submit' }));
  const elements = form.fields.flatMap((field) => drawField(pen, field));
  return [
    {
      tag: 'form',
      name: pen.names.forField(form.name),
      vertical_spacing: '12px',
      elements: [...elements, ...drawButtons(pen, submits)],
    },
  ];
}

function drawField(pen: Pen, field: Field): readonly LarkNode[] {
  switch (field.kind) {
    case 'text':
    case 'longText':
    case 'number':
      return [drawInput(pen, field)];
    case 'date':
      return [fieldLabel(field), drawDate(pen, field)];
    default:
      return drawSelect(pen, field);
  }
}

type InputField = Extract<Field, { kind: 'text' | 'longText' | 'number' }>;

function drawInput(pen: Pen, field: InputField): LarkNode {
  const limit = field.kind === 'number' ? NUMBER_LENGTH : inputLimit(field.maxLength);
  const value = field.value ?? '';
  const valid =
    value !== '' && value.length <= limit && (field.kind !== 'number' || isNumber(value));
  return {
    tag: 'input',
    name: pen.names.forField(field.name),
    input_type: field.kind === 'longText' ? 'multiline_text' : 'text',
    ...(field.kind === 'longText' ? { rows: 4, auto_resize: true, max_rows: 12 } : {}),
    max_length: limit,
    width: 'fill',
    label: plain(labelText(field)),
    label_position: 'top',
    ...placeholder(pen, field, '请输入'),
    ...(valid ? { default_value: value } : {}),
  };
}

const inputLimit = (wanted: number): number =>
  Math.min(Math.max(1, Math.floor(wanted)), INPUT_LIMIT);

const isNumber = (value: string): boolean => /^-?\d+(\.\d+)?$/.test(value);

function drawDate(pen: Pen, field: Extract<Field, { kind: 'date' }>): LarkNode {
  const value = field.value ?? '';
  return {
    tag: 'date_picker',
    name: pen.names.forField(field.name),
    width: 'fill',
    ...placeholder(pen, field, '请选择日期'),
    ...(isDay(value) ? { initial_date: value } : {}),
  };
}

/** Whether `value` is a day of the calendar; 2026-02-30 is none. */
function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}

type SelectField = Extract<Field, { kind: 'single' | 'multiple' }>;

function drawSelect(pen: Pen, field: SelectField): readonly LarkNode[] {
  const { choices } = field;
  if (choices.length === 0) return [markdown(`${boldLabel(field)}<br>（暂无可选项）`)];
  const select: LarkNode = {
    tag: field.kind === 'single' ? 'select_static' : 'multi_select_static',
    name: pen.names.forField(field.name),
    width: 'fill',
    ...placeholder(pen, field, '请选择'),
    options: choices.map(({ value, text }) => ({ text: plain(text), value })),
    ...initial(field),
  };
  return [fieldLabel(field), select];
}

function initial(field: SelectField): Readonly<Record<string, unknown>> {
  const offered = new Set(field.choices.map((choice) => choice.value));
  if (field.kind === 'single') {
    const known = field.value !== undefined && offered.has(field.value);
    return known ? { initial_option: field.value } : {};
  }
  const chosen = [...new Set(field.value)].filter((value) => offered.has(value));
  // This component alone is required unless it says otherwise (§3.6).
  return { required: false, ...(chosen.length === 0 ? {} : { selected_values: chosen }) };
}

const labelText = (field: Field): string =>
  field.required === true ? `${field.label}（必填）` : field.label;

const boldLabel = (field: Field): string => `**${escapeMarkdown(labelText(field))}**`;

const fieldLabel = (field: Field): LarkNode => markdown(boldLabel(field));

function placeholder(pen: Pen, field: Field, standard: string): Readonly<Record<string, unknown>> {
  if (!pen.help) return {};
  const help = field.help === undefined || field.help === '' ? standard : field.help;
  return { placeholder: plain(shorten(help, HELP_LIMIT - 1)) };
}

function readOnlyLine(field: Field): string {
  const value = typeof field.value === 'string' ? [field.value] : (field.value ?? []);
  const texts = 'choices' in field ? value.map((item) => choiceText(field.choices, item)) : value;
  return `${boldLabel(field)}：${escapeMarkdown(texts.join('、')) || '未填写'}`;
}

const choiceText = (choices: readonly Choice[], value: string): string =>
  choices.find((choice) => choice.value === value)?.text ?? value;
