/** The hosted pages: one draft for card and page, the same rules as a click, and nothing for anybody else. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FIELD_LENGTH } from '../domain/profile-forms.ts';
import { type House, openHouse } from './support/house.ts';
import {
  fieldsOf,
  type Page,
  type PageVisitor,
  pageVisitor,
  wordsOf,
} from './support/page-visitor.ts';

const WHOLE = {
  riskType: 'duty',
  content: '审核外出申请时可能放宽条件',
  manifestation: '不核实外出事由',
  existence: 'potential',
  measures: '双人审核',
};
const IDS = /[0-9a-f]{8}-[0-9a-f]{4}|ou_demo|selfCheck|undefined|null|\bNaN\b/;

let house: House;
const paths = new Map<string, string>();
beforeAll(async () => {
  house = await openHouse();
  for (const code of ['0007', '0013', '0014', '0015']) await house.person(code).enter();
  await house.launch();
  for (const { id, person } of await house.rows<{ id: string; person: string }>(
    'select id, subject_person as person from procedure',
  )) {
    paths.set(person, `/page/form/${id}`);
  }
}, 60_000);
afterAll(() => house?.close());

const visitor = (code: string): PageVisitor => pageVisitor(house, `ou_demo_${code}`);
const pathOf = (code: string): string => paths.get(code) ?? '';
const toastOf = ({ html }: Page): string =>
  wordsOf(/<p class="toast[^>]*>[^<]*<\/p>/.exec(html)?.[0] ?? '').trim();
const titleOf = ({ html }: Page): string => /<h1>([^<]*)<\/h1>/.exec(html)?.[1] ?? '';
const shownAs = ({ html }: Page, name: string): string | undefined =>
  fieldsOf(html).find(([each]) => each === name)?.[1];
const riskTypeOf = (page: Page, words: string): string => {
  const [, id] = new RegExp(`for="(f-riskType-\\d+)">${words}<`).exec(page.html) ?? [];
  return new RegExp(`id="${id}" name="riskType" value="([^"]*)"`).exec(page.html)?.[1] ?? '';
};
/** The form filled in as somebody would who reads its words. */
const whole = (page: Page) => ({ ...WHOLE, riskType: riskTypeOf(page, '岗位职责风险') });

describe('one draft for card and page', () => {
  it('RISK-06 what is saved on the page stands in the card, and the other way round', async () => {
    const writer = visitor('0013');
    const person = house.person('0013');
    await person.click('填写自查表');
    const page = await writer.open(pathOf('0013'));
    expect(toastOf(await writer.press(page, '保存草稿', { content: '在网页上写的' }))).toBe(
      '草稿已保存，可随时继续填写',
    );
    await house.settle();
    const open = await person.lastCard();
    expect(person.textOf(open), 'a form being filled in is left alone').not.toContain(
      '在网页上写的',
    );
    const late = await person.click('保存草稿', { values: {}, card: open });
    expect(late.toast?.content).toContain('此卡片已更新');
    expect(JSON.stringify(late.card.card)).toContain('在网页上写的');
    await person.click('保存草稿', { values: { 防控措施: '在卡片里写的' }, card: late.card });
    const again = await writer.open(pathOf('0013'));
    expect([shownAs(again, 'content'), shownAs(again, 'measures')]).toEqual([
      '在网页上写的',
      '在卡片里写的',
    ]);
  });

  it('an older page overwrites nothing: what was typed there is shown for copying', async () => {
    const writer = visitor('0013');
    const old = await writer.open(pathOf('0013'));
    await writer.press(await writer.open(pathOf('0013')), '保存草稿', { content: '后来写的' });
    const late = await writer.press(old, '保存草稿', { content: '先前打开的页面上写的' });
    expect(toastOf(late)).toContain('没有保存');
    expect(shownAs(late, 'content')).toBe('后来写的');
    expect(wordsOf(late.html)).toContain('先前打开的页面上写的');
    expect(wordsOf(late.html)).toContain('您刚才填写、尚未保存的内容');
  });

  it('a text that is too long is refused and stays in its field', async () => {
    const writer = visitor('0013');
    const long = '长'.repeat(FIELD_LENGTH + 1);
    const page = await writer.open(pathOf('0013'));
    const refused = await writer.press(page, '保存草稿', { content: long });
    expect(toastOf(refused)).toBe(`“风险内容”最多${FIELD_LENGTH}个字，请精简后再提交。`);
    expect(shownAs(refused, 'content')).toBe(long);
    expect(refused.html).toMatch(/id="f-content"[^>]*aria-invalid="true"/);
    const shorter = await writer.press(refused, '保存草稿', { content: '改短了' });
    expect(toastOf(shorter)).toBe('草稿已保存，可随时继续填写');
  });

  it('a page that is sent twice counts once', async () => {
    const writer = visitor('0013');
    const page = await writer.open(pathOf('0013'));
    const twice = [page, page].map((each) => writer.press(each, '保存草稿', { content: '同一次' }));
    const answers = await Promise.all(twice);
    expect(answers.map(toastOf)).toEqual(Array(2).fill('草稿已保存，可随时继续填写'));
    expect(
      await house.rows(`select 1 from procedure where subject_person = '0013'
        and draft->'current'->>'content' = '同一次'`),
    ).toHaveLength(1);
    const [{ n } = { n: 0 }] = await house.rows<{ n: number }>(
      `select count(*)::int as n from inbox where event_id like 'page-%'`,
    );
    const before = n;
    await writer.press(page, '保存草稿', { content: '不会再存' });
    const [{ n: after } = { n: 0 }] = await house.rows<{ n: number }>(
      `select count(*)::int as n from inbox where event_id like 'page-%'`,
    );
    expect(after).toBe(before);
  });

  it('hostile text is text', async () => {
    const writer = visitor('0013');
    const evil = `</textarea><script>alert(1)</script>"'><img src=x onerror=alert(1)>&lt;b&gt;\u202e`;
    const page = await writer.press(await writer.open(pathOf('0013')), '保存草稿', {
      content: evil,
    });
    expect(page.html).not.toContain('<script');
    expect(page.html).not.toContain('<img');
    expect(shownAs(page, 'content')).toBe(evil.replace('\u202e', ''));
  });

  it('RISK-06 submitted on the page, the card in the chat says so, withdrawn there the page does', async () => {
    const writer = visitor('0013');
    const person = house.person('0013');
    const page = await writer.open(pathOf('0013'));
    const done = await writer.press(page, '提交', whole(page));
    expect(toastOf(done)).toBe('已提交，正在送审');
    await house.settle();
    expect(person.textOf(await person.lastCard())).toContain('审核中');
    const audits = await house.rows<{ body: string }>(
      "select body from audit_entry where body like '%selfCheck.submitted%'",
    );
    expect(audits).toHaveLength(1);
    expect(audits[0]?.body).toContain('"actor":{"kind":"person"}');
    expect(IDS.test(wordsOf(done.html))).toBe(false);
    const back = await writer.press(done, '确定撤回');
    expect(toastOf(back)).toBe('已撤回，可以修改后重新提交');
    const again = await writer.open(pathOf('0013'));
    expect(wordsOf(again.html)).toContain('填写中');
  });
});

describe('nobody else', () => {
  it.each([
    ['0012', 'the head of the department'],
    ['0007', 'the office'],
    ['0014', 'a colleague'],
  ])('%s, %s, opens and acts on nothing', async (code) => {
    const other = visitor(code);
    const page = await other.open(pathOf('0013'));
    expect([page.status, titleOf(page)]).toEqual([403, '这个页面不由您办理']);
    expect(wordsOf(page.html)).not.toMatch(/丁若溪|风险内容/);
    const unknown = await other.open('/page/form/00000000-0000-4000-8000-000000000000');
    expect(wordsOf(unknown.html)).toBe(wordsOf(page.html));
    // With a page, a token and a key of his own, he sends the buttons of another's form.
    const own = await other.open(pathOf(code));
    const victim = await visitor('0013').open(pathOf('0013'));
    const act = /value="(selfCheck\.saveDraft[^"]*)"/
      .exec(victim.html)?.[1]
      ?.replaceAll('&amp;', '&');
    const hidden = fieldsOf(own.html)
      .filter(([name]) => ['_token', '_once', '_revision'].includes(name))
      .slice(0, 3);
    const forged = await other.post(pathOf(code), [
      ...hidden,
      ['_act', act ?? ''],
      ['content', '越权'],
    ]);
    expect(toastOf(forged)).toContain('此项不由您处理');
    expect(await house.rows(`select 1 from procedure where draft::text like '%越权%'`)).toEqual([]);
  });

  it.each<[string, (fields: Map<string, string>) => void, Record<string, string>]>([
    ['no token', (fields) => fields.delete('_token'), {}],
    ['a token of another visit', (fields) => fields.set('_token', 'A'.repeat(43)), {}],
    ['no key of its own', (fields) => fields.delete('_once'), {}],
    ['another origin', () => undefined, { origin: 'https://evil.example' }],
    ['an opaque origin', () => undefined, { origin: 'null' }],
  ])('a form with %s does nothing', async (_what, change, headers) => {
    const writer = visitor('0014');
    const page = await writer.open(pathOf('0014'));
    const act = /value="(selfCheck\.saveDraft[^"]*)"/
      .exec(page.html)?.[1]
      ?.replaceAll('&amp;', '&');
    const fields = new Map(fieldsOf(page.html));
    fields.set('_act', act ?? '');
    fields.set('content', '跨站');
    change(fields);
    const refused = await writer.post(pathOf('0014'), [...fields], headers);
    expect(refused.status).toBe(403);
    expect(await house.rows(`select 1 from procedure where draft::text like '%跨站%'`)).toEqual([]);
  });

  it('a token of one visitor is none of another', async () => {
    const [one, two] = [visitor('0014'), visitor('0015')];
    const page = await one.open(pathOf('0014'));
    const own = await two.open(pathOf('0015'));
    const stolen = new Map(fieldsOf(own.html));
    stolen.set('_token', new Map(fieldsOf(page.html)).get('_token') ?? '');
    expect((await two.post(pathOf('0015'), [...stolen])).status).toBe(403);
  });
});

describe('whatever is sent, the answer is a sentence in Chinese', () => {
  let writer: PageVisitor;
  let fields: Map<string, string>;
  beforeEach(async () => {
    writer = visitor('0015');
    fields = new Map(fieldsOf((await writer.open(pathOf('0015'))).html));
  });

  it.each([
    '',
    '__',
    'selfCheck.saveDraft',
    'selfCheck.saveDraft__id=x&r.=1',
    'x__r.=NaN',
    '%',
    '\u0000',
    '__proto__',
  ])('to the action %j', async (act) => {
    const page = await writer.post(pathOf('0015'), [...fields, ['_act', act]]);
    expect([200, 400]).toContain(page.status);
    expect(IDS.test(wordsOf(page.html))).toBe(false);
  });

  it.each<[string, string, RequestInit, number]>([
    ['a path that is none', '/page/nothing', {}, 404],
    ['a form that cannot be one', "/page/form/'; drop table procedure", {}, 403],
    ['a form of two', '/page/form/a/b', {}, 404],
    ['another method', '/page/progress', { method: 'DELETE' }, 403],
    ['a cycle that is none', '/page/progress?cycle=%00%27', {}, 403],
    ['a department that is none', '/page/progress?department=__proto__', {}, 403],
    ['a page far away', '/page/progress?page=1e9', {}, 200],
    ['a page that is none', '/page/progress?page=-1', {}, 200],
    [
      'a body of JSON',
      '/page/form/x',
      { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } },
      415,
    ],
  ])('to %s', async (_what, path, init, status) => {
    const answer = await writer.fetch(path, init);
    expect(answer.status).toBe(status);
    const html = await answer.text();
    expect(html).toContain('lang="zh-CN"');
    expect(IDS.test(wordsOf(html))).toBe(false);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe|script-src/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
  });

  it('to a body without end', async () => {
    const page = await writer.post(pathOf('0015'), [...fields, ['content', 'x'.repeat(200_000)]]);
    expect([page.status, titleOf(page)]).toEqual([413, '提交的内容过长']);
  });

  it('to somebody who asks too often, and to nobody else', async () => {
    const busy = visitor('0014');
    const first = await busy.open('/page/progress');
    expect(first.status).toBe(200);
    const statuses = await Promise.all(
      Array.from({ length: 260 }, async () => (await busy.fetch('/page/nothing')).status),
    );
    expect(statuses).toContain(429);
    const page = await busy.open('/page/progress');
    expect([page.status, titleOf(page), page.headers.get('retry-after')]).toEqual([
      429,
      '操作太频繁',
      '60',
    ]);
    expect((await writer.open('/page/progress')).status).toBe(200);
  });
});
