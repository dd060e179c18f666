/** A neutral card made smaller by one step of the ladder; every action and every field stays. */

import type { Button } from '../button.ts';
import type { Choice, Field, Form } from '../form.ts';
import type { Block, Card, ListItem } from '../model.ts';
import { shorten } from './escape.ts';
import type { Step } from './ladder.ts';

const CUT_TEXT = '…（内容较长，点“查看”看全文）';
const LEFT_OUT = '内容较长，这里没有全部显示，点“查看”看全文';
const UNSHOWN_VALUE = '（已存内容较长，未在此显示）';
const HEADLINE_LIMIT = 100;

/** Facts are short, so more of them than rows of a list may stay. */
const FACTS_PER_ITEM = 3;

/** Applies `step` to the whole card. */
export function squeeze(card: Card, step: Step): Card {
  const blocks = step.prose ? card.blocks : withoutProse(card.blocks);
  const { subtitle, tag } = card;
  return {
    title: shorten(card.title, HEADLINE_LIMIT),
    summary: shorten(card.summary, HEADLINE_LIMIT),
    tone: card.tone,
    ...(subtitle === undefined ? {} : { subtitle: shorten(subtitle, HEADLINE_LIMIT) }),
    ...(tag === undefined ? {} : { tag: shorten(tag, 20) }),
    blocks: blocks.map((block) => squeezeBlock(block, step)),
  };
}

function squeezeBlock(block: Block, step: Step): Block {
  switch (block.kind) {
    case 'text':
    case 'notice':
    case 'heading':
      return { ...block, text: shorten(block.text, step.text, CUT_TEXT) };
    case 'facts':
      return squeezeFacts(block, step);
    case 'list':
      return { ...block, items: squeezeItems(block.items, step) };
    case 'table':
      return squeezeTable(block, step);
    case 'details':
      return {
        ...block,
        title: shorten(block.title, HEADLINE_LIMIT),
        blocks: block.blocks.map((inner) => squeezeBlock(inner, step)),
      };
    case 'buttons':
      return { ...block, buttons: block.buttons.map((button) => squeezeButton(button, step)) };
    case 'form':
      return { ...block, form: squeezeForm(block.form, step) };
    case 'chart':
      return squeezeChart(block, step);
    case 'links':
    case 'divider':
      return block;
  }
}

function squeezeFacts(block: Extract<Block, { kind: 'facts' }>, step: Step): Block {
  const kept = block.facts.slice(0, step.items * FACTS_PER_ITEM);
  const facts = kept.map(({ label, value }) => ({
    label: shorten(label, step.words),
    value: shorten(value, step.text, CUT_TEXT),
  }));
  const missing = block.facts.length - kept.length;
  const rest = missing > 0 ? [{ label: '其他', value: remaining(missing) }] : [];
  return { ...block, facts: [...facts, ...rest] };
}

const remaining = (count: number): string => `还有 ${count} 项`;

/** Rows with a button all stay; of the others the first ones. */
function squeezeItems(items: readonly ListItem[], step: Step): readonly ListItem[] {
  let room = step.items;
  const kept: ListItem[] = [];
  for (const item of items) {
    if (item.button === undefined) room -= 1;
    if (item.button !== undefined || room >= 0) kept.push(squeezeItem(item, step));
  }
  const missing = items.length - kept.length;
  return missing > 0 ? [...kept, { title: remaining(missing) }] : kept;
}

function squeezeItem({ title, detail, button }: ListItem, step: Step): ListItem {
  return {
    title: shorten(title, step.text),
    ...(detail === undefined ? {} : { detail: shorten(detail, step.text) }),
    ...(button === undefined ? {} : { button: squeezeButton(button, step) }),
  };
}

function squeezeTable(block: Extract<Block, { kind: 'table' }>, step: Step): Block {
  const cut = (cells: readonly string[]) => cells.map((cell) => shorten(cell, step.text));
  const rows = block.rows.slice(0, step.items).map(cut);
  const missing = block.rows.length - rows.length;
  const rest = missing > 0 ? [[remaining(missing)]] : [];
  return { ...block, columns: cut(block.columns), rows: [...rows, ...rest] };
}

function squeezeChart(block: Extract<Block, { kind: 'chart' }>, step: Step): Block {
  const bars = block.chart.bars
    .slice(0, step.items)
    .map((bar) => ({ ...bar, label: shorten(bar.label, step.words) }));
  return { ...block, chart: { ...block.chart, bars } };
}

function squeezeButton(button: Button, step: Step): Button {
  const { text, style, action, confirm } = button;
  const asks = step.confirm === 'all' || (step.confirm === 'danger' && style === 'danger');
  const short = { text: shorten(text, step.words), style, action };
  if (confirm === undefined || !asks) return short;
  const question = {
    title: shorten(confirm.title, step.words),
    text: shorten(confirm.text, step.text),
  };
  return { ...short, confirm: question };
}

function squeezeForm(form: Form, step: Step): Form {
  return {
    ...form,
    fields: form.fields.map((field) => squeezeField(field, step)),
    buttons: form.buttons.map((button) => squeezeButton(button, step)),
  };
}

function squeezeField(field: Field, step: Step): Field {
  const short = { ...field, label: shorten(field.label, step.words) };
  switch (short.kind) {
    case 'single':
      return squeezeSelect(short, step, [short.value ?? '']);
    case 'multiple':
      return squeezeSelect(short, step, short.value ?? []);
    default:
      return (short.value ?? '').length > step.values ? withoutValue(short) : short;
  }
}

type SelectField = Extract<Field, { kind: 'single' | 'multiple' }>;

/** The chosen ones stay before the first ones, and the label says when others are missing. */
function squeezeSelect(field: SelectField, step: Step, chosen: readonly string[]): Field {
  const all = distinct(field.choices);
  const wanted = new Set(all.filter(({ value }) => chosen.includes(value)));
  const others = all.filter((choice) => !wanted.has(choice));
  const kept = new Set([...wanted, ...others].slice(0, step.choices));
  const choices = all
    .filter((choice) => kept.has(choice))
    .map(({ value, text }) => ({ value, text: shorten(text, step.words) }));
  const cut = choices.length < all.length;
  const label = cut ? `${field.label}（只列出 ${choices.length} 项）` : field.label;
  return { ...field, label, choices };
}

/** The platform demands distinct values; an empty one could not be told from no choice. */
function distinct(choices: readonly Choice[]): readonly Choice[] {
  const byValue = new Map<string, Choice>();
  for (const choice of choices) {
    if (choice.value !== '' && !byValue.has(choice.value)) byValue.set(choice.value, choice);
  }
  return [...byValue.values()];
}

/** A cut text could be submitted as if it were whole, so it is not shown at all and the label says so. */
function withoutValue(field: Extract<Field, { value?: string }>): Field {
  const { value: _, ...rest } = field;
  return { ...rest, label: `${field.label}${UNSHOWN_VALUE}` };
}

/** What can be clicked or filled in, and one line that says something is missing. */
function withoutProse(blocks: readonly Block[]): readonly Block[] {
  const kept = blocks.flatMap(operable);
  return [{ kind: 'text', text: LEFT_OUT, muted: true }, ...kept];
}

function operable(block: Block): readonly Block[] {
  switch (block.kind) {
    case 'buttons':
    case 'links':
    case 'form':
      return [block];
    case 'list':
      return [{ ...block, items: block.items.filter((item) => item.button !== undefined) }];
    case 'details':
      return block.blocks.flatMap(operable);
    default:
      return [];
  }
}
