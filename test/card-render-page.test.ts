/** Cards as pages: every action and field is there, every word is a word, and nothing needs a script. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Card } from '../cards/model.ts';
import { actionOf } from '../cards/render/component-name.ts';
import { renderLarkCard } from '../cards/render/lark.ts';
import { renderCard } from '../cards/render/page/card.ts';
import { renderText } from '../cards/render/text.ts';
import { anyCard } from './fixtures/lark/any-card.ts';
import { brokenRules } from './fixtures/lark/card-rules.ts';
import { plainOf } from './support/page-visitor.ts';

const page = { here: '/page/form/x', token: 't', once: 'o', revision: 1 };
const htmlOf = (card: Card): string => String(renderCard({ ...page, card }));

/** Tags and attributes the renderer may write; anything else came from a card. */
const KNOWN_TAGS =
  /^\/?(?:article|header|h1|h2|h3|span|p|form|input|button|div|label|textarea|select|option|fieldset|legend|details|summary|strong|dl|dt|dd|ul|ol|li|table|thead|tbody|tr|th|td|hr|a|figure|figcaption|svg|rect|section)$/;

describe('a card as a page', () => {
  test('hostile words stay words', () => {
    const hostile = fc.constantFrom(
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "' autofocus onfocus=alert(1) x='",
      '</textarea><iframe src=//evil>',
      'javascript:alert(1)',
      '&lt;b&gt;&amp;',
    );
    fc.assert(
      fc.property(anyCard, hostile, (card, words) => {
        const html = htmlOf({
          ...card,
          title: words,
          blocks: [
            ...card.blocks,
            { kind: 'text', text: words },
            { kind: 'notice', text: words, tone: 'alarm' },
          ],
        });
        for (const [, tag = ''] of html.matchAll(/<([^\s>]*)/g)) expect(tag).toMatch(KNOWN_TAGS);
        expect(html).not.toMatch(/<[^>]*\son\w+\s*=[^"]*"[^>]*>/);
        expect(plainOf(html)).toContain(words);
      }),
      { numRuns: 50 },
    );
  });

  test('every action a card carries can be pressed, and comes back as it went', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const sent = [...htmlOf(card).matchAll(/name="_act" value="([^"]*)"/g)].map(
          ([, name = '']) => JSON.stringify(actionOf(plainOf(name))),
        );
        const carried = actionsIn(card.blocks).map((action) => JSON.stringify(action));
        expect(sent.toSorted()).toEqual(carried.toSorted());
      }),
      { numRuns: 50 },
    );
  });

  test('a link to the page itself is left out, a link elsewhere is not', () => {
    const card: Card = {
      title: '表',
      tone: 'neutral',
      summary: '表',
      blocks: [
        {
          kind: 'links',
          links: [
            { text: '此页', page: '/page/form/x' },
            { text: '进度', page: '/page/progress' },
          ],
        },
      ],
    };
    expect(htmlOf(card)).not.toContain('此页');
    expect(htmlOf(card)).toContain('href="/page/progress"');
  });
});

function actionsIn(blocks: Card['blocks']): readonly unknown[] {
  return blocks.flatMap((block) => {
    switch (block.kind) {
      case 'buttons':
        return block.buttons.map(({ action }) => action);
      case 'form':
        return block.form.buttons.map(({ action }) => action);
      case 'list':
        return block.items.flatMap(({ button }) => (button === undefined ? [] : [button.action]));
      case 'details':
        return actionsIn(block.blocks);
      default:
        return [];
    }
  });
}

describe('a chart', () => {
  const chart = {
    title: '完成情况',
    parts: ['已审定', '未提交'],
    bars: [
      { label: '法治股 <一>', counts: [1, 2] },
      { label: '办公室', counts: [0, 0] },
    ],
  };
  const card = (copies: number): Card => ({
    title: '进度',
    tone: 'neutral',
    summary: '进度',
    blocks: Array.from({ length: copies }, () => ({ kind: 'chart' as const, chart })),
  });

  test('is a chart in a Feishu card, and words where there are too many', () => {
    const drawn = renderLarkCard(card(6));
    expect(brokenRules(drawn)).toEqual([]);
    const tags = drawn.body.elements.map(({ tag }) => tag);
    expect(tags).toEqual(['chart', 'chart', 'chart', 'chart', 'markdown', 'markdown']);
    const [first] = drawn.body.elements;
    expect(first?.['chart_spec']).toMatchObject({
      type: 'bar',
      data: [{ values: expect.arrayContaining([{ label: '办公室', part: '未提交', count: 0 }]) }],
    });
  });

  test('is words in a text and for those who do not see the page', () => {
    expect(renderText(card(1))).toContain('法治股 <一>：已审定1、未提交2');
    const html = htmlOf(card(1));
    expect(html).toContain('aria-label="法治股 &lt;一&gt;：已审定1、未提交2"');
    expect(html).toContain('<rect class="part-0" x="0" width="333"');
    expect(html).toContain('<rect class="part-1" x="333" width="667"');
  });
});
