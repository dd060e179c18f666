/** The stand-in's card check, lark.md §3: what it takes and what it refuses. */
import { describe, expect, it } from 'vitest';
import { checkCard } from '../simulator/lark/card-check.ts';
import { markdownTables } from '../simulator/lark/card-structure.ts';
import { nodesOf } from '../simulator/lark/card-walk.ts';
import { bareLabel, labelOf, wordsOf } from '../simulator/lark/card-words.ts';
import { isJson, type Json, parseJson } from '../simulator/lark/model.ts';

const facts = {
  imageKnown: (key: string) => key === 'img_known',
  personKnown: (id: string) => id === 'ou_known',
};
const plain = (content: string) => ({ tag: 'plain_text', content });
const callback = (value: object) => [{ type: 'callback', value }];
const button = (text: string, more: object = {}) => ({
  tag: 'button',
  text: plain(text),
  behaviors: callback({ id: 'x' }),
  ...more,
});
const submit = button('提交', { name: 'submit', form_action_type: 'submit' });
const input = (name: string, more: object = {}) => ({
  tag: 'input',
  name,
  label: plain('目标'),
  ...more,
});
const option = (value: string) => ({ text: plain(`选项${value}`), value });
const form = (...elements: object[]) => ({ tag: 'form', name: 'f', elements });
const panel = (...elements: object[]) => ({
  tag: 'collapsible_panel',
  header: { title: plain('更多') },
  elements,
});
const columns = (...elements: object[]) => ({
  tag: 'column_set',
  columns: [{ tag: 'column', width: 'weighted', weight: 1, elements }],
});
const table = (more: object = {}) => ({
  tag: 'table',
  columns: [{ name: 'a', display_name: '甲', data_type: 'text' }],
  rows: [{ a: '一' }],
  ...more,
});
const markdown = (content: string) => ({ tag: 'markdown', content });

const content = (elements: readonly object[], more: object = {}): string =>
  JSON.stringify({ schema: '2.0', config: { update_multi: true }, body: { elements }, ...more });
const verdict = (text: string) => checkCard(text, facts);
/** The sub-code of a refusal, 0 for a card that is taken. */
const code = (...elements: object[]): number => {
  const result = verdict(content(elements));
  return result.ok ? 0 : result.problem.code;
};

describe('cards that are taken', () => {
  it.each<[string, object]>([
    ['markdown', markdown('**粗体**')],
    ['div', { tag: 'div', text: { ...plain('文字'), text_size: 'notation', text_color: 'grey' } }],
    ['div fields', { tag: 'div', fields: [{ is_short: true, text: plain('甲') }] }],
    ['hr', { tag: 'hr', margin: '4px 0px' }],
    ['img', { tag: 'img', img_key: 'img_known', alt: plain('') }],
    ['person', { tag: 'person', user_id: 'ou_known', style: 'capsule' }],
    ['person_list', { tag: 'person_list', persons: [{ id: 'x' }], drop_invalid_user_id: true }],
    ['table', table({ page_size: 10, row_height: 'auto' })],
    ['chart', { tag: 'chart', chart_spec: { type: 'bar', tag: 'no component' } }],
    ['column_set', columns(markdown('甲'))],
    ['collapsible_panel', panel(markdown('甲'))],
    [
      'interactive_container',
      { tag: 'interactive_container', behaviors: callback({}), elements: [markdown('甲')] },
    ],
    ['button', button('同意', { type: 'primary_filled', confirm: { title: plain('确定？') } })],
    ['select_static', { tag: 'select_static', options: [option('a')], initial_option: 'a' }],
    ['select_person', { tag: 'select_person', initial_option: 'ou_any' }],
    ['date_picker', { tag: 'date_picker', initial_date: '2026-02-01' }],
    ['picker_time', { tag: 'picker_time', initial_time: '08:30' }],
    ['picker_datetime', { tag: 'picker_datetime', initial_datetime: '2026-02-01 08:30' }],
    ['checker', { tag: 'checker', checked: false, text: plain('同意') }],
    ['overflow', { tag: 'overflow', options: [{ text: plain('编辑'), value: 'edit' }] }],
    [
      'form',
      form(
        input('goal', { input_type: 'multiline_text', rows: 4, max_length: 1000, required: true }),
        { tag: 'multi_select_static', name: 'm', options: [option('a')], selected_values: ['a'] },
        { tag: 'multi_select_person', name: 'mp', selected_values: ['ou_any'] },
        columns(submit),
      ),
    ],
  ])('§3.4-§3.6 %s', (_, element) => {
    const result = verdict(content([element]));
    expect(result.ok ? '' : result.problem.message).toBe('');
  });

  it('§3.1 a blank card', () => {
    expect(verdict('{}').ok).toBe(true);
  });

  it('§3.2 a full header and config', () => {
    const shell = {
      config: {
        update_multi: true,
        enable_forward: false,
        width_mode: 'fill',
        summary: { content: '新任务' },
      },
      header: {
        title: plain('标题'),
        subtitle: plain('副标题'),
        template: 'blue',
        text_tag_list: [{ tag: 'text_tag', text: plain('待办'), color: 'orange' }],
        padding: '12px',
      },
      card_link: { url: 'https://app.example.com' },
    };
    expect(verdict(content([], shell)).ok).toBe(true);
  });
});

describe('cards that are refused', () => {
  it.each<[string, object, number]>([
    ['an unknown member', { ...markdown('x'), corner_radius: '8px' }, 200621],
    ['an unknown member of a text', { tag: 'div', text: { ...plain('x'), bold: true } }, 200621],
    ['an unknown member of a column', columns({ ...markdown('x'), weight: 1 }), 200621],
    ['an unknown component', { tag: 'slider' }, 200621],
    ['a 1.0 component', { tag: 'note', elements: [] }, 200861],
    ['a form inside a column', columns(form(submit)), 200621],
    [
      'a form inside a form',
      form({ ...form(button('内', { name: 'x', form_action_type: 'submit' })), name: 'g' }, submit),
      200621,
    ],
    ['a table inside a panel', panel(table()), 200621],
    ['a chart inside a form', form({ tag: 'chart', chart_spec: {} }, submit), 200621],
    ['a multi select outside a form', { tag: 'multi_select_static', options: [] }, 200621],
    ['a form without submit', form(input('a'), button('看', { name: 'b' })), 200621],
    ['a form without name', { tag: 'form', name: '', elements: [submit] }, 200530],
    ['an input without name in a form', form({ tag: 'input' }, submit), 200530],
    ['a button without name in a form', form(button('x'), submit), 200530],
    ['a repeated name', form(input('a'), input('a'), submit), 200530],
    ['max_length 0', form(input('a', { max_length: 0 }), submit), 200621],
    ['max_length 1001', form(input('a', { max_length: 1001 }), submit), 200621],
    [
      'a long placeholder',
      form(input('a', { placeholder: plain('长'.repeat(101)) }), submit),
      200621,
    ],
    ['a long button text', button('长'.repeat(101)), 200621],
    ['a bad element_id', { ...markdown('x'), element_id: '1st' }, 200621],
    ['a bad padding', { ...columns(), padding: '4px' }, 200621],
    [
      'a two-value panel header padding',
      {
        ...panel(),
        header: { title: plain('x'), padding: '4px 8px' },
      },
      200621,
    ],
    [
      'repeated option values',
      { tag: 'select_static', options: [option('a'), option('a')] },
      200621,
    ],
    [
      'a foreign initial_option',
      {
        tag: 'select_static',
        options: [option('a')],
        initial_option: 'b',
      },
      200621,
    ],
    [
      'foreign selected_values',
      form(
        { tag: 'multi_select_static', name: 'm', options: [option('a')], selected_values: ['b'] },
        submit,
      ),
      200621,
    ],
    ['a number in a text column', table({ rows: [{ a: 1 }] }), 200914],
    ['a cell without column', table({ rows: [{ b: '一' }] }), 200915],
    ['a foreign image', { tag: 'img', img_key: 'img_x', alt: plain('') }, 200570],
    ['an unknown person', { tag: 'person', user_id: 'ou_x' }, 100290],
    ['an unknown person of a list', { tag: 'person_list', persons: [{ id: 'ou_x' }] }, 100290],
    ['a chart without spec', { tag: 'chart' }, 200550],
  ])('§3 %s', (_, element, expected) => {
    expect(code(element)).toBe(expected);
  });

  it('§3.1 names the unknown member and where it stands', () => {
    const result = verdict(content([{ ...markdown('x'), corner_radius: '8px' }]));
    expect(result.ok ? '' : result.failure.message).toMatch(
      /ErrCode: 200621; .*corner_radius.*\[0\]\(tag: markdown\)/,
    );
  });

  it('§3.1 repeated element_id', () => {
    const twice = { ...markdown('x'), element_id: 'm1' };
    expect(code(twice, twice)).toBe(300301);
  });

  it('§3.1 200 components pass, 201 do not; text objects count', () => {
    const pairs = Array.from({ length: 100 }, (_, n) => button(`钮${n}`));
    expect(code(...pairs)).toBe(0);
    expect(code(...pairs, { tag: 'hr' })).toBe(11310);
  });

  it('§3.1 containers nest five deep, not six', () => {
    const nested = (depth: number): object =>
      depth === 1 ? panel(markdown('x')) : panel(nested(depth - 1));
    expect(code(nested(5))).toBe(0);
    expect(code(nested(6))).toBe(200621);
  });

  it('§3.1 five tables pass, six do not; markdown tables count', () => {
    const five = Array.from({ length: 5 }, () => table());
    const written = markdown('| 甲 | 乙 |\n|---|---|\n| 1 | 2 |');
    expect(code(...five)).toBe(0);
    expect(code(...five, table())).toBe(11310);
    expect(code(...five, written)).toBe(11310);
  });

  it('§3.1 30 KB of UTF-8 are the limit', () => {
    const shell = Buffer.byteLength(content([markdown('')]));
    const room = 30 * 1024 - shell;
    expect(code(markdown('a'.repeat(room)))).toBe(0);
    expect(code(markdown('a'.repeat(room + 1)))).toBe(230025);
    expect(code(markdown('字'.repeat(Math.ceil(room / 3) + 1)))).toBe(230025);
  });

  it('§3.1 update_multi false', () => {
    const result = verdict(content([], { config: { update_multi: false } }));
    expect(result.ok ? 0 : result.problem.code).toBe(300302);
  });

  it.each([
    ['no JSON', 'x', 230001],
    ['a list', '[]', 230001],
    ['another schema', '{"elements":[]}', 200830],
    ['a template', '{"type":"template","data":{"template_id":"x"}}', 200380],
  ])('%s', (_, text, expected) => {
    const result = verdict(text);
    expect(result.ok ? 0 : result.problem.code).toBe(expected);
  });
});

describe('reading a card', () => {
  const card = ((): Json =>
    parseJson(
      content(
        [
          markdown('**说明** &#42;<br>第二行'),
          form(
            markdown('**等级**（必填）'),
            { tag: 'select_static', name: 's', options: [] },
            submit,
          ),
          table(),
        ],
        { header: { title: plain('标题') } },
      ),
    ) ?? {})();

  it('collects the visible words', () => {
    const words = wordsOf(card);
    expect(words).toEqual(expect.arrayContaining(['标题', '说明 *\n第二行', '提交', '甲', '一']));
    expect(words.join('')).not.toContain('callback');
  });

  it('decodes an entity once: what somebody typed as an entity is read as typed', () => {
    expect(bareLabel('&#38;lt;b&#38;gt; &lt;&#38;#60;')).toBe('&lt;b&gt; <&#60;');
  });

  it('labels a select by the text before it', () => {
    const select = nodesOf(card).find(({ tag }) => tag === 'select_static')?.node;
    expect(isJson(select) && labelOf(card, select)).toBe('等级');
  });

  it.each(['整改措施＊', '**整改措施** *', '整改措施（选填）：', '整改措施（必填，最多200字）'])(
    'strips marks from %s',
    (label) => {
      expect(bareLabel(label)).toBe('整改措施');
    },
  );

  it('§3.8 counts tagged nodes only, never developer values', () => {
    const one = parseJson(content([button('x', { behaviors: callback({ tag: 'fake' }) })])) ?? {};
    expect(nodesOf(one)).toHaveLength(2);
  });

  it('counts markdown tables, not dashes', () => {
    expect(markdownTables('a | b\n--- | ---\n1 | 2\n\n- x\n---')).toBe(1);
  });
});
