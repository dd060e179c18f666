import { expect, test } from 'vitest';
import type { Button } from '../cards/button.ts';
import type { Card } from '../cards/model.ts';
import { renderText } from '../cards/render/text.ts';

const button = (text: string): Button => ({
  text,
  style: 'default',
  action: { id: 'a.b', payload: { id: 'x-1' } },
});

test('a card in plain words: everything it says and what could be done, no ids', () => {
  const card: Card = {
    title: '廉政风险自查',
    subtitle: '办公室',
    tag: '待填写',
    tone: 'active',
    summary: '请填写',
    blocks: [
      { kind: 'facts', facts: [{ label: '截止', value: '2026年12月10日(周四)' }] },
      {
        kind: 'list',
        ordered: true,
        items: [{ title: '采购', detail: '二级', button: button('查看') }, { title: '用印' }],
      },
      { kind: 'table', columns: ['岗位', '等级'], rows: [['出纳', '一级']] },
      { kind: 'details', title: '依据', blocks: [{ kind: 'text', text: '第三条' }] },
      {
        kind: 'form',
        form: {
          name: 'f',
          fields: [
            {
              kind: 'single',
              name: 'grade',
              label: '等级',
              choices: [{ value: '1', text: '一级' }],
              value: '1',
            },
            { kind: 'text', name: 'why', label: '理由', maxLength: 10 },
          ],
          buttons: [button('提交'), button('保存草稿')],
        },
      },
      { kind: 'buttons', buttons: [button('转交'), button('查看')] },
    ],
  };
  expect(renderText(card).split('\n')).toEqual([
    '【待填写】廉政风险自查',
    '办公室',
    '截止：2026年12月10日(周四)',
    '1、采购（二级）',
    '2、用印',
    '岗位 | 等级',
    '出纳 | 一级',
    '',
    '依据',
    '第三条',
    '等级：一级',
    '理由：未填写',
    '可办理：查看、提交、保存草稿、转交。请发送“待办”获取可以操作的卡片。',
  ]);
});

test('a long card is cut, what can be done stays', () => {
  const blocks = [
    { kind: 'text', text: '字'.repeat(50_000) } as const,
    { kind: 'buttons', buttons: [button('同意')] } as const,
  ];
  const text = renderText({ title: '标题', tone: 'neutral', summary: '', blocks });
  expect(text.length).toBeLessThan(10_200);
  expect(text).toContain('未全部显示');
  expect(text).toContain('可办理：同意');
});
