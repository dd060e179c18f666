/** The page 进度: the figures of the card, as far as each may see, by department and by name. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type House, openHouse } from './support/house.ts';
import { type PageVisitor, pageVisitor, wordsOf } from './support/page-visitor.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
  await house.launch();
}, 60_000);
afterAll(() => house?.close());

const visitor = (code: string): PageVisitor => pageVisitor(house, `ou_demo_${code}`);

describe('the page 进度', () => {
  it('ORG-21 PLAN-33 shows each what the card shows: everything, a section, only the own form', async () => {
    const office = await visitor('0007').open('/page/progress');
    expect(wordsOf(office.html)).toContain('应填 23份');
    expect(wordsOf(office.html)).toContain('尚未提交（23份）');
    const head = await visitor('0015').open('/page/progress');
    const staff = wordsOf((await visitor('0013').open('/page/progress')).html);
    expect(staff).toContain('我的自查表');
    expect(staff).not.toContain('尚未提交');
    expect(wordsOf(head.html)).toContain('应填 3份');
    expect(wordsOf(head.html)).toContain('孟书禾');
    expect(wordsOf(head.html)).not.toContain('余简宁');
  });

  it('ORG-21 ORG-29 a department outside the scope is refused, also by hand', async () => {
    const office = visitor('0007');
    const overview = await office.open('/page/progress');
    const links = [
      ...overview.html.matchAll(/href="(\/page\/progress\?[^"]*department=[^"]*)"/g),
    ].map(([, link]) => (link ?? '').replaceAll('&amp;', '&'));
    expect(links).toHaveLength(7);
    const head = visitor('0015');
    await head.open('/page/progress');
    const seen = await Promise.all(links.map(async (link) => (await head.open(link)).status));
    expect(seen.filter((status) => status === 200)).toHaveLength(1);
    expect(seen.filter((status) => status === 403)).toHaveLength(6);
    const [first = ''] = links;
    const department = await office.open(first);
    expect(wordsOf(department.html)).toContain('应填 4份');
    expect(wordsOf(department.html)).toContain('返回全部部门');
  });

  it('PLAN-33 counts what is late from the day after it was due', async () => {
    await house.jump('2026-12-10 18:00');
    expect(wordsOf((await visitor('0007').open('/page/progress')).html)).toContain('逾期 0份');
    await house.jump('2026-12-11 08:00');
    expect(wordsOf((await visitor('0007').open('/page/progress')).html)).toContain('逾期 23份');
  });
});
