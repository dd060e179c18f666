/** What a client that plays by no rules may send: lengths, types, injections, ids that are not its own. */
import { describe, expect, it } from 'vitest';
import { nodesOf } from '../simulator/lark/card-walk.ts';
import { HEAD, openForm, ownCard, reviewCardOf, submit, wireAnswers } from './support/chain.ts';
import { delivery, forgedAction, forgedClick } from './support/forged.ts';
import { useLaunchedHouse } from './support/hooks.ts';

describe('hostile answers', () => {
  const house = useLaunchedHouse();

  const stored = (code: string) =>
    house.rows<{ point: Record<string, unknown> }>(
      `select v.content->'points'->0 as point from form_version v
       join procedure on id = procedure_id where subject_person = '${code}'`,
    );

  it.each([1001, 100_000])(
    'RISK-37 an answer of %i characters is refused by name and nothing is lost',
    async (length) => {
      const form = await openForm(house, '0013');
      const answer = await forgedClick(house, 'ou_demo_0013', form, '提交', {
        ...wireAnswers,
        风险内容: '长'.repeat(length),
      })();
      expect(answer.status).toBe(200);
      expect(answer.toast).toEqual({
        type: 'error',
        content: '“风险内容”最多1000个字，请精简后再提交。',
      });
      // Without a new card the client leaves the inputs as they are.
      expect(answer.card).toBeNull();
      expect(await stored('0013')).toEqual([]);
    },
  );

  it('RISK-12 an opinion of 1001 characters is refused by name', async () => {
    await submit(house, '0014');
    const card = await reviewCardOf(house, HEAD, '汪远林');
    const answer = await forgedClick(house, 'ou_demo_0012', card, '同意', {
      意见: '长'.repeat(1001),
    })();
    expect(answer.toast?.content).toContain('“意见”最多1000个字');
    expect(answer.toast?.type).toBe('error');
  });

  it.each([
    ['0006', 'numbers and lists for text', { 风险内容: 7, 表现形式: ['x'], 防控措施: { a: 1 } }],
    ['0008', 'an unknown option', { 风险类型: 'businessProcess' }],
    ['0009', 'an option that is a list', { 存在情况: ['present'] }],
    ['0010', 'an existence nobody offers', { 存在情况: 'perhaps' }],
    ['0011', 'a type of 5000 characters', { 风险类型: 'x'.repeat(5000) }],
    ['0019', 'only blanks', { 防控措施: ' \n\t ' }],
    ['0020', 'a prototype', { ['__proto__']: { riskType: 'postDuty' }, 风险类型: '' }],
  ])(
    'RISK-02 %s sends %s: a refusal that names a field, never a version',
    async (code, _name, wrong) => {
      const form = await openForm(house, code);
      const answer = await forgedClick(house, `ou_demo_${code}`, form, '提交', {
        ...wireAnswers,
        ...wrong,
      })();
      expect(answer.status).toBe(200);
      expect(answer.toast?.type).toBe('error');
      expect(answer.toast?.content).toMatch(/“(风险类型|风险内容|表现形式|存在情况|防控措施)”/);
      expect(await stored(code)).toEqual([]);
    },
  );

  it('unknown names and control characters disappear, everything typed stays text', async () => {
    const evil =
      '<at id=all></at> **粗** [链接](https://x.example) `代码`\n# 标题 <font color=red>红</font>';
    const form = await openForm(house, '0016');
    const answer = await forgedClick(house, 'ou_demo_0016', form, '提交', {
      ...wireAnswers,
      风险内容: `开头\u0000\u0007\u202e${evil}\ud800`,
      表现形式: '😀'.repeat(10),
      unknownField: 'x',
      constructor: 'y',
      常见表现形式: ['dualDuty', 'madeUp', 7],
    })();
    expect(answer.toast?.type).toBe('success');
    await house.settle();
    const [row] = await stored('0016');
    expect(row?.point['content']).toBe(`开头${evil}\ufffd`);
    expect(row?.point['manifestationPicks']).toEqual(['dualDuty']);
    expect(Object.keys(row?.point ?? {})).not.toContain('unknownField');

    const head = house.person('0015');
    const card = await reviewCardOf(house, '0015', '孟书禾');
    expect(head.textOf(card)).toContain('<at id=all></at> **粗** [链接](https://x.example) `代码`');
    expect(head.textOf(card)).toContain('# 标题 <font color=red>红</font>');
    const sources = nodesOf(card.card).flatMap(({ node, tag }) =>
      tag === 'markdown' ? [String(node['content'])] : [],
    );
    expect(sources.join('\n')).not.toMatch(/<at|\]\(https|<font color=red/);
  });

  it('ORG-29 ids of others, unknown actions and torn payloads get a polite toast that is no success', async () => {
    const [procedure] = await house.rows<{ id: string; revision: number }>(
      `select id, revision from procedure where subject_person = '0017'`,
    );
    const p = { id: procedure?.id ?? '', r: procedure?.revision ?? 0 };
    const forms = [
      { a: 'selfCheck.submit', p },
      { a: 'selfCheck.open', p },
      { a: 'selfCheck.withdraw', p },
      { a: 'selfCheck.dropPoint', p },
      { a: 'review.agree', p },
      { a: 'review.return', p },
      { a: 'procedure.read', p: { id: p.id, n: 0 } },
      { a: 'procedure.refresh', p: { id: p.id } },
      { a: 'task.show', p: { id: p.id } },
      { a: 'selfCheck.submit', p: { id: 'not-an-id', r: 1 } },
      { a: 'selfCheck.submit', p: { ...p, extra: 1 } },
      { a: 'selfCheck.submit', p: {} },
      { a: 'procedure.refresh', p: { id: '00000000-0000-4000-8000-000000000000' } },
      { a: 'register.export', p: { unit: 'QLSF' } },
      { a: 'cycle.launch', p: { unit: 'QLSF' } },
      { a: 'no.such', p: {} },
      { a: '__proto__', p: {} },
      { a: 'toString', p: {} },
    ];
    for (const action of forms) {
      const answer = await forgedAction(house, 'ou_demo_0013', action, {
        ...wireAnswers,
        opinion: '同意',
      })();
      expect(answer.status, action.a).toBe(200);
      expect(answer.toast, action.a).not.toBeNull();
      expect(answer.toast?.type, action.a).not.toBe('success');
      expect(answer.card, action.a).toBeNull();
      expect(answer.toast?.content, action.a).not.toMatch(/[A-Za-z]/);
    }
    expect(await stored('0017')).toEqual([]);
  });

  it('ORG-29 somebody whom a form does not concern is told the same whatever its state and revision', async () => {
    const forms = await house.rows<{ id: string; status: string; step_index: number }>(
      `select distinct on (status, step_index) id, status, step_index from procedure
       where subject_person <> '0017' order by status, step_index`,
    );
    expect(forms.length).toBeGreaterThan(1);
    for (const { id } of forms) {
      for (const a of ['review.agree', 'selfCheck.withdraw', 'selfCheck.submit']) {
        const click = forgedAction(house, 'ou_demo_0017', { a, p: { id, r: 99 } }, wireAnswers);
        const { toast, card } = await click();
        expect(toast?.content).toBe('此项不由您处理。如有疑问，请联系领导小组办公室。');
        expect(card).toBeNull();
      }
    }
  });

  it('a signature older than ten minutes is refused for a click, not for an event', async () => {
    const form = await ownCard(house, '0018');
    const click = forgedClick(house, 'ou_demo_0018', form, '填写自查表');
    const event = delivery(house, 'im.message.receive_v1', {
      sender: { sender_id: { open_id: 'ou_demo_0018' }, sender_type: 'user' },
      message: {
        message_id: 'om_late',
        chat_id: 'oc_x',
        chat_type: 'p2p',
        message_type: 'text',
        content: JSON.stringify({ text: '帮助' }),
      },
    });
    await house.at('2026-09-21 09:30');
    expect((await click()).status).toBe(401);
    expect((await event()).status).toBe(200);
  });

  it('a body above one megabyte gets 413', async () => {
    const form = await openForm(house, '0013');
    const answer = await forgedClick(house, 'ou_demo_0013', form, '提交', {
      ...wireAnswers,
      风险内容: 'x'.repeat(1_100_000),
    })();
    expect(answer.status).toBe(413);
  });
});
