/** A neutral card as plain text, for when a platform refuses the card. */
import { barText } from '../chart.ts';
import type { Field } from '../form.ts';
import type { Block, Card, ListItem } from '../model.ts';
import { shorten } from './escape.ts';

const TEXT_LIMIT = 10_000;

/** The card's words, and what could be done on it; the reader asks for a new card to do it. */
export function renderText(card: Card): string {
  const head = card.tag === undefined ? card.title : `【${card.tag}】${card.title}`;
  const lines = [head, ...(card.subtitle === undefined ? [] : [card.subtitle])];
  const body = card.blocks.flatMap(blockLines);
  const todo = [...new Set(card.blocks.flatMap(actionWords))];
  const hint =
    todo.length === 0 ? [] : [`可办理：${todo.join('、')}。请发送“待办”获取可以操作的卡片。`];
  const text = shorten([...lines, ...body].join('\n'), TEXT_LIMIT, '…（内容较长，未全部显示）');
  return [text, ...hint].join('\n');
}

function blockLines(block: Block): readonly string[] {
  switch (block.kind) {
    case 'text':
    case 'notice':
      return [block.text];
    case 'heading':
      return ['', block.text];
    case 'facts':
      return block.facts.map(({ label, value }) => `${label}：${value}`);
    case 'list':
      return block.items.map((item, index) => itemLine(item, block.ordered === true, index));
    case 'table':
      return [block.columns, ...block.rows].map((cells) => cells.join(' | '));
    case 'details':
      return ['', block.title, ...block.blocks.flatMap(blockLines)];
    case 'form':
      return block.form.fields.map(fieldLine);
    case 'divider':
      return [''];
    case 'chart':
      return block.chart.bars.map((bar) => barText(block.chart, bar));
    case 'buttons':
    case 'links':
      return [];
  }
}

function itemLine({ title, detail }: ListItem, ordered: boolean, index: number): string {
  const mark = ordered ? `${index + 1}、` : '· ';
  return `${mark}${title}${detail === undefined ? '' : `（${detail}）`}`;
}

function fieldLine(field: Field): string {
  const value = typeof field.value === 'string' ? [field.value] : (field.value ?? []);
  const texts =
    'choices' in field
      ? value.map((one) => field.choices.find((choice) => choice.value === one)?.text ?? one)
      : value;
  return `${field.label}：${texts.join('、') || '未填写'}`;
}

function actionWords(block: Block): readonly string[] {
  switch (block.kind) {
    case 'buttons':
      return block.buttons.map((button) => button.text);
    case 'form':
      return block.form.buttons.map((button) => button.text);
    case 'list':
      return block.items.flatMap((item) => (item.button === undefined ? [] : [item.button.text]));
    case 'details':
      return block.blocks.flatMap(actionWords);
    default:
      return [];
  }
}
