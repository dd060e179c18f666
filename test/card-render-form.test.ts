import { describe, expect, test } from 'vitest';
import type { Field } from '../cards/form.ts';
import type { Block } from '../cards/model.ts';
import { nodesOf } from './fixtures/lark/card-rules.ts';
import { agree, draw, fieldNodes, form, giveBack } from './fixtures/lark/draw.ts';

describe('forms (§3.5–3.7)', () => {
  test('every button submits; required is shown, not enforced', () => {
    const opinion: Field = {
      kind: 'longText',
      name: 'opinion',
      label: '意见',
      help: '写明理由',
      maxLength: 3000,
      required: true,
      value: '同意',
    };
    expect(form([opinion], [agree, giveBack])).toMatchObject({
      tag: 'form',
      name: 'review',
      elements: [
        {
          tag: 'input',
          name: 'opinion',
          input_type: 'multiline_text',
          max_length: 1000,
          label: { content: '意见（必填）' },
          placeholder: { content: '写明理由' },
          default_value: '同意',
        },
        {
          columns: [
            { elements: [{ form_action_type: 'submit' }] },
            { elements: [{ form_action_type: 'submit' }] },
          ],
        },
      ],
    });
  });

  test('selects and dates have their label before them', () => {
    const choices = [
      { value: '1', text: '一级' },
      { value: '2', text: '二级' },
      { value: '2', text: '重复' },
    ];
    expect(
      fieldNodes({
        kind: 'single',
        name: 'grade',
        label: '等级',
        choices,
        value: '2',
        required: true,
      }),
    ).toMatchObject([
      { tag: 'markdown', content: '**等级（必填）**' },
      {
        tag: 'select_static',
        name: 'grade',
        initial_option: '2',
        options: [
          { text: { tag: 'plain_text', content: '一级' }, value: '1' },
          { text: { content: '二级' }, value: '2' },
        ],
      },
    ]);
    expect(
      fieldNodes({ kind: 'multiple', name: 'kinds', label: '类型', choices, value: ['9', '1'] }),
    ).toMatchObject([
      { content: '**类型**' },
      { tag: 'multi_select_static', required: false, selected_values: ['1'] },
    ]);
    expect(
      fieldNodes({ kind: 'date', name: 'on', label: '日期', value: '2026-12-10' }),
    ).toMatchObject([{ content: '**日期**' }, { tag: 'date_picker', initial_date: '2026-12-10' }]);
  });

  test('what is no valid value is not shown', () => {
    const bad: Field[] = [
      { kind: 'date', name: 'a', label: 'x', value: '2026-02-30' },
      { kind: 'number', name: 'b', label: 'x', value: '3x' },
      { kind: 'single', name: 'c', label: 'x', choices: [{ value: '1', text: '一' }], value: '7' },
      { kind: 'text', name: 'd', label: 'x', maxLength: 2, value: '三个字' },
    ];
    expect(JSON.stringify(form(bad))).not.toMatch(/initial_|default_value/);
  });

  test('a saved text the input cannot hold is announced in the label', () => {
    const [input] = fieldNodes({
      kind: 'longText',
      name: 'a',
      label: '措施',
      maxLength: 3000,
      value: '字'.repeat(1001),
    });
    expect(input).toMatchObject({ label: { content: expect.stringContaining('未在此显示') } });
  });

  test('a choice that was made stays when others are left out, and the label says so', () => {
    const choices = Array.from({ length: 400 }, (_, n) => ({ value: `v${n}`, text: `人员${n}` }));
    const [label, select] = fieldNodes({
      kind: 'single',
      name: 'a',
      label: '负责人',
      choices,
      value: 'v399',
    });
    expect(select).toMatchObject({ initial_option: 'v399' });
    expect(label).toMatchObject({ content: expect.stringContaining('只列出') });
  });

  test('equal names are told apart (§3.5)', () => {
    const field: Field = { kind: 'number', name: 'n', label: '数' };
    const block: Block = { kind: 'form', form: { name: 'f', fields: [field], buttons: [agree] } };
    const names = nodesOf(draw([block, block])).flatMap(([node]) => node['name'] ?? []);
    expect(names.slice(0, 6)).toEqual(expect.arrayContaining(['f', 'n', 'f__2', 'n__2']));
  });

  test('without fields it is a row of buttons, without buttons a list of values', () => {
    expect(form([])).toMatchObject({ tag: 'button' });
    const field: Field = {
      kind: 'single',
      name: 'g',
      label: '等级',
      choices: [{ value: '1', text: '一级' }],
      value: '1',
    };
    expect(form([field], [])).toEqual({ tag: 'markdown', content: '**等级**：一级' });
  });
});
