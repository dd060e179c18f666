import { describe, expect, test } from 'vitest';
import type { Block, Card } from '../cards/model.ts';
import { escapeMarkdown, shorten } from '../cards/render/escape.ts';
import { renderLarkCard } from '../cards/render/lark.ts';
import { nodesOf } from './fixtures/lark/card-rules.ts';
import { agree, draw, drawOne, giveBack } from './fixtures/lark/draw.ts';

describe('frame (§3.2)', () => {
  test('is shared, not forwardable, with summary, tag and tone', () => {
    const drawn = draw([], {
      tone: 'attention',
      tag: '待签署',
      subtitle: '第二监督检查室',
      title: '承诺书',
      summary: '请签署承诺书',
    });
    expect(drawn).toMatchObject({
      schema: '2.0',
      config: { update_multi: true, enable_forward: false, summary: { content: '请签署承诺书' } },
      header: {
        title: { tag: 'plain_text', content: '承诺书' },
        subtitle: { tag: 'plain_text', content: '第二监督检查室' },
        text_tag_list: [{ tag: 'text_tag', text: { content: '待签署' }, color: 'orange' }],
        template: 'orange',
      },
    });
  });

  test.each([
    ['neutral', 'default'],
    ['active', 'blue'],
    ['attention', 'orange'],
    ['alarm', 'red'],
    ['success', 'green'],
    ['closed', 'grey'],
  ] as const)('tone %s → %s', (tone, template) => {
    expect(draw([], { tone }).header['template']).toBe(template);
  });

  test('the marker sits on the first element; an empty card still has one', () => {
    const card: Card = { title: '标题', tone: 'neutral', summary: '摘要', blocks: [] };
    const [first] = renderLarkCard(card, { marker: 'k1' }).body.elements;
    expect(first).toEqual({
      tag: 'div',
      text: { tag: 'plain_text', content: '摘要' },
      element_id: 'k1',
    });
  });
});

describe('words from people (§3.4)', () => {
  const attack = '<at id=all></at> **x** [a](http://b) `c` ~d~ #e |f| _g_ &#60; \\*';

  test('cannot mention, format or link', () => {
    const escaped = escapeMarkdown(attack);
    expect(escaped).not.toMatch(/[<>*_`[\]~|\\]/);
    expect(escaped.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))).toBe(
      attack,
    );
  });

  test('cannot start lists, rules or code, and keep their lines', () => {
    expect(escapeMarkdown('- a\n1. b\r\n    c')).toBe(
      '&#45; a<br>1&#46; b<br>&#160;&#160;&#160;&#160;c',
    );
    expect(escapeMarkdown('2026-05-25 3.5')).toBe('2026-05-25 3.5');
  });

  test('never reach a markdown element unescaped', () => {
    const words = `${attack}<at id=all>`;
    const drawn = draw([
      { kind: 'text', text: words },
      { kind: 'heading', text: words },
      { kind: 'facts', facts: [{ label: words, value: words }] },
      { kind: 'list', items: [{ title: words, detail: words, button: agree }, { title: words }] },
      { kind: 'notice', text: words, tone: 'alarm' },
      {
        kind: 'details',
        title: words,
        blocks: [{ kind: 'table', columns: [words], rows: [[words]] }],
      },
      {
        kind: 'form',
        form: {
          name: 'f',
          fields: [{ kind: 'date', name: 'd', label: words }],
          buttons: [giveBack],
        },
      },
    ]);
    const markdown = nodesOf(drawn)
      .map(([node]) => node)
      .filter((node) => node.tag === 'markdown');
    expect(markdown.length).toBeGreaterThan(5);
    for (const node of markdown) expect(node['content']).not.toMatch(/<at|\[a\]|\*\*x/);
  });

  test('are never cut inside a sign', () => {
    expect(shorten('ab😀', 3)).toBe('ab…');
    expect(shorten('ab😀', 4)).toBe('ab😀');
  });
});

describe('blocks', () => {
  test('facts share one element, label and value in a line', () => {
    const facts = [
      { label: '填表人', value: '张三' },
      { label: '截止', value: '2026年12月10日(周四)' },
    ];
    expect(drawOne({ kind: 'facts', facts })).toEqual({
      tag: 'markdown',
      content: '**填表人**：张三<br>**截止**：2026年12月10日(周四)',
    });
  });

  test('a text is shown exactly as written; a muted one small and grey', () => {
    expect(drawOne({ kind: 'text', text: 'a\n**b**' })).toEqual({
      tag: 'div',
      text: { tag: 'plain_text', content: 'a\n**b**' },
    });
    expect(drawOne({ kind: 'text', text: 'x', muted: true })).toMatchObject({
      text: { text_color: 'grey', text_size: 'notation' },
    });
  });

  test('a row has its button at the right; rows without one share an element', () => {
    const items = [
      { title: '甲' },
      { title: '乙', detail: '二级' },
      { title: '丙', button: agree },
    ];
    expect(draw([{ kind: 'list', items, ordered: true }]).body.elements).toMatchObject([
      { tag: 'markdown', content: "1、甲<br>2、乙<br><font color='grey'>二级</font>" },
      {
        tag: 'column_set',
        columns: [
          { width: 'weighted', elements: [{ tag: 'markdown', content: '3、丙' }] },
          { width: 'auto', elements: [{ tag: 'button', text: { content: '同意' } }] },
        ],
      },
    ]);
  });

  test('buttons stand in a row, carry action twice and ask where told to', () => {
    const row = drawOne({ kind: 'buttons', buttons: [agree, giveBack] });
    expect(row).toMatchObject({
      tag: 'column_set',
      flex_mode: 'flow',
      columns: [
        {
          elements: [
            {
              name: 'review.agree__form=f1&rev.=2',
              type: 'primary_filled',
              behaviors: [
                { type: 'callback', value: { a: 'review.agree', p: { form: 'f1', rev: 2 } } },
              ],
            },
          ],
        },
        {
          elements: [{ type: 'danger_filled', confirm: { title: { content: '退回这份自查表?' } } }],
        },
      ],
    });
    expect(JSON.stringify(row)).not.toContain('form_action_type');
  });

  test('the same action twice gets two names', () => {
    const drawn = draw([
      { kind: 'buttons', buttons: [agree] },
      { kind: 'buttons', buttons: [agree] },
    ]);
    expect(drawn.body.elements.map((node) => node['name'])).toEqual([
      'review.agree__form=f1&rev.=2',
      'review.agree__form=f1&rev.=2&_=2',
    ]);
  });

  test('details are folded; a form inside moves to the root', () => {
    const blocks: Block[] = [
      { kind: 'text', text: '里面' },
      { kind: 'details', title: '更里面', blocks: [{ kind: 'divider' }] },
      {
        kind: 'form',
        form: { name: 'f', fields: [{ kind: 'number', name: 'n', label: '数' }], buttons: [agree] },
      },
    ];
    expect(draw([{ kind: 'details', title: '详情', blocks }]).body.elements).toMatchObject([
      {
        tag: 'collapsible_panel',
        expanded: false,
        header: { title: { content: '详情' } },
        elements: [{ tag: 'div' }, { tag: 'markdown', content: '**更里面**' }, { tag: 'hr' }],
      },
      { tag: 'form' },
    ]);
  });

  test('a table has one column each; after the fourth it becomes lines (§3.1)', () => {
    const table: Block = {
      kind: 'table',
      columns: ['岗位', '等级'],
      rows: [['出纳', '一级'], ['司机']],
    };
    const elements = draw([table, table, table, table, table]).body.elements;
    expect(elements[0]).toMatchObject({
      tag: 'table',
      columns: [
        { name: 'c0', display_name: '岗位', data_type: 'text' },
        { name: 'c1', display_name: '等级' },
      ],
      rows: [
        { c0: '出纳', c1: '一级' },
        { c0: '司机', c1: '' },
      ],
    });
    expect(elements.map((node) => node.tag)).toEqual([
      'table',
      'table',
      'table',
      'table',
      'markdown',
    ]);
    expect(elements[4]?.['content']).toBe('岗位　等级<br>出纳　一级<br>司机');
  });

  test('a notice stands on its colour', () => {
    expect(drawOne({ kind: 'notice', text: '已逾期', tone: 'alarm' })).toMatchObject({
      tag: 'column_set',
      background_style: 'red-50',
    });
  });
});
