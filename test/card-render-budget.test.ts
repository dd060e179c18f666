import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ActionRef } from '../cards/action.ts';
import type { Button } from '../cards/button.ts';
import type { Field } from '../cards/form.ts';
import type { Block, Card, ListItem } from '../cards/model.ts';
import { countBytes, countNodes } from '../cards/render/budget.ts';
import { actionOf } from '../cards/render/component-name.ts';
import { renderLarkCard } from '../cards/render/lark.ts';
import { anyCard, MAX_ACTIONS, MAX_FIELDS } from './fixtures/lark/any-card.ts';
import { actionsOf, brokenRules, nodesOf } from './fixtures/lark/card-rules.ts';

const actionsIn = (blocks: readonly Block[]): ActionRef[] =>
  blocks.flatMap((block) => {
    if (block.kind === 'buttons') return block.buttons.map((one) => one.action);
    if (block.kind === 'form') return block.form.buttons.map((one) => one.action);
    if (block.kind === 'list') return block.items.flatMap((item) => item.button?.action ?? []);
    return block.kind === 'details' ? actionsIn(block.blocks) : [];
  });

const INPUT = /^(input|date_picker|select_static|multi_select_static)$/;

/** The fields that can be filled in: a select without a choice cannot, nor a form without a button. */
const fieldsIn = (blocks: readonly Block[]): number =>
  blocks.reduce((sum, block) => {
    if (block.kind === 'details') return sum + fieldsIn(block.blocks);
    if (block.kind !== 'form' || block.form.buttons.length === 0) return sum;
    const open = block.form.fields.filter(
      (field) => !('choices' in field) || field.choices.some((choice) => choice.value !== ''),
    );
    return sum + open.length;
  }, 0);

const keyed = (refs: readonly { id: string; payload: unknown }[]) =>
  refs.map(({ id, payload: given }) => `${id} ${JSON.stringify(given)}`).sort();

describe('a card of any size (§3.1, §3.5, §10.7)', () => {
  test('stays within every limit, breaks no rule and keeps every action', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const drawn = renderLarkCard(card, {
          marker: 'k0123456789abcdef01',
          pagesAt: 'https://lianshao.example',
        });
        expect(brokenRules(drawn)).toEqual([]);
        expect(keyed(actionsOf(drawn))).toEqual(keyed(actionsIn(card.blocks)));
        const inputs = nodesOf(drawn).filter(([node]) => INPUT.test(node.tag));
        expect(inputs).toHaveLength(fieldsIn(card.blocks));
      }),
      { numRuns: 150 },
    );
  });

  test('leads every name back to the action of its value', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        for (const sent of actionsOf(renderLarkCard(card))) {
          expect(actionOf(sent.name)).toEqual({ id: sent.id, payload: sent.payload });
        }
      }),
      { numRuns: 60 },
    );
  });

  test('holds for the largest sane card: 40 confirmed actions and 20 full fields', () => {
    const long = '责任'.repeat(500);
    const most: Button[] = Array.from({ length: MAX_ACTIONS }, (_, n) => ({
      text: '同意'.repeat(40),
      style: 'danger',
      action: {
        id: 'review.agree',
        payload: { form: `0198c7de-0000-7000-8000-${String(n).padStart(12, '0')}`, rev: n },
      },
      confirm: { title: '确认', text: long },
    }));
    const fields: Field[] = Array.from({ length: MAX_FIELDS }, (_, n) =>
      n % 2 === 0
        ? {
            kind: 'longText',
            name: `a${n}`,
            label: long,
            help: long,
            maxLength: 1000,
            value: long,
            required: true,
          }
        : {
            kind: 'multiple',
            name: `b${n}`,
            label: long,
            choices: Array.from({ length: 60 }, (_, m) => ({ value: `v${m}`, text: long })),
            value: ['v59', 'v1'],
          },
    );
    const card: Card = {
      title: long,
      tone: 'alarm',
      summary: long,
      blocks: [
        { kind: 'text', text: '<'.repeat(300_000) },
        {
          kind: 'list',
          items: most.slice(0, 20).map((one) => ({ title: long, detail: long, button: one })),
        },
        { kind: 'form', form: { name: 'f', fields, buttons: most.slice(20) } },
      ],
    };
    const drawn = renderLarkCard(card);
    expect(brokenRules(drawn)).toEqual([]);
    expect(actionsOf(drawn)).toHaveLength(MAX_ACTIONS);
    const inputs = nodesOf(drawn).filter(([node]) =>
      /^(input|multi_select_static)$/.test(node.tag),
    );
    expect(inputs).toHaveLength(MAX_FIELDS);
  });
});

describe('the order of degradation', () => {
  const base: Card = { title: '标题', tone: 'neutral', summary: '摘要', blocks: [] };

  test('a card that fits is not touched', () => {
    const text = '字'.repeat(5000);
    const drawn = renderLarkCard({ ...base, blocks: [{ kind: 'text', text }] });
    expect(JSON.stringify(drawn)).toContain(text);
  });

  test('a text of 300 kB is cut and says where the rest is', () => {
    const drawn = renderLarkCard({
      ...base,
      blocks: [{ kind: 'text', text: '字'.repeat(100_000) }],
    });
    expect(JSON.stringify(drawn)).toContain('字…（内容较长，点“查看”看全文）');
    expect(countBytes(drawn)).toBeLessThanOrEqual(28 * 1024);
  });

  test('a long list names how many rows are missing and keeps the rows with a button', () => {
    const items: ListItem[] = Array.from({ length: 3000 }, (_, n) => ({ title: `风险点${n}` }));
    const last: ListItem = {
      title: '最后一行',
      button: { text: '查看', style: 'default', action: { id: 'form.view', payload: { id: 'x' } } },
    };
    const drawn = renderLarkCard({ ...base, blocks: [{ kind: 'list', items: [...items, last] }] });
    expect(JSON.stringify(drawn)).toMatch(/还有 \d+ 项/);
    expect(JSON.stringify(drawn)).toContain('最后一行');
    expect(actionsOf(drawn).map((sent) => sent.id)).toEqual(['form.view']);
  });

  test('what was saved is shown whole or not at all', () => {
    const value = '防控措施'.repeat(250);
    const fields: Field[] = Array.from({ length: 12 }, (_, n) => ({
      kind: 'longText',
      name: `f${n}`,
      label: '措施',
      maxLength: 1000,
      value,
    }));
    const save: Button = {
      text: '保存草稿',
      style: 'default',
      action: { id: 'form.save', payload: {} },
    };
    const drawn = renderLarkCard({
      ...base,
      blocks: [{ kind: 'form', form: { name: 'f', fields, buttons: [save] } }],
    });
    const inputs = nodesOf(drawn)
      .map(([node]) => node)
      .filter((node) => node.tag === 'input');
    expect(inputs).toHaveLength(12);
    for (const input of inputs) expect([undefined, value]).toContain(input['default_value']);
    expect(JSON.stringify(drawn)).toContain('未在此显示');
  });

  test('counts every tagged node, texts included, but no data', () => {
    const drawn = renderLarkCard({
      ...base,
      blocks: [
        {
          kind: 'buttons',
          buttons: [
            { text: '同意', style: 'primary', action: { id: 'a.b', payload: { tag: 'x' } } },
          ],
        },
      ],
    });
    expect(countNodes(drawn)).toBe(3);
  });
});
