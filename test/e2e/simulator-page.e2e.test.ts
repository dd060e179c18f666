/** The messenger's page in a real browser, against canned data: cards, forms, toasts, both widths. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { CHROMIUM, launchBrowser } from '../support/browser.ts';
import { type PageFixture, startPageFixture } from '../support/simulator-page-server.ts';

const DESKTOP = { width: 1280, height: 860 };
const PHONE = { width: 390, height: 844 };

describe('page of the local messenger', () => {
  let browser: Browser | null = null;
  let fixture: PageFixture;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
  });

  beforeEach(async (context) => {
    if (browser === null) return context.skip(`no browser at ${CHROMIUM}`);
    fixture = await startPageFixture();
    page = await browser.newPage({ viewport: DESKTOP });
    page.setDefaultTimeout(30_000);
    problems = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (line) => {
      if (line.type() === 'error') problems.push(line.text());
    });
  });
  afterEach(async () => {
    if (browser === null) return;
    await page.close();
    await fixture.close();
    expect(problems).toEqual([]);
  });

  const message = (id: string) => page.getByTestId(`message-${id}`);
  const openWang = async (): Promise<void> => {
    await page.goto(fixture.url);
    await page.getByTestId('person-ou_wang').click();
    await message('om_form').waitFor();
  };
  const posted = (verb: string) =>
    fixture.posted.filter((one) => one.verb === verb).map((one) => one.body);
  const toast = () => page.getByTestId('toast');

  test('choosing a person enters the chat, in the address too', async () => {
    await openWang();
    await expect.poll(() => posted('enter')).toHaveLength(1);
    expect(page.url()).toMatch(/#ou_wang$/);
    await page.reload();
    await message('om_form').waitFor();
    expect(await page.getByTestId('person-ou_li').textContent()).toContain('3');
    expect(await page.getByText('2026年9月20日(周日)').count()).toBe(1);
  });

  test('typed text is sent with Enter, Shift+Enter starts a new line', async () => {
    await openWang();
    const composer = page.getByTestId('composer');
    await composer.fill('第一行');
    await composer.press('Shift+Enter');
    await composer.pressSequentially('第二行');
    await composer.press('Enter');
    await page.getByText('第一行\n第二行').waitFor();
    expect(posted('text')).toEqual([{ text: '第一行\n第二行' }]);
    expect(await composer.inputValue()).toBe('');
    await page.getByRole('button', { name: '待办', exact: true }).click();
    await expect.poll(() => posted('menu')).toEqual([{ key: '待办' }]);
  });

  test('§3.5 a required empty field blocks the submit locally', async () => {
    await openWang();
    await message('om_form').getByRole('button', { name: '提交' }).click();
    expect(await toast().textContent()).toBe('有必填项未填写');
    const risk = message('om_form').getByLabel('风险点');
    expect(await risk.evaluate((node) => node === node.ownerDocument.activeElement)).toBe(true);
    expect(posted('click')).toEqual([]);
  });

  test('§3.7 a submit carries every field as the platform sends it', async () => {
    await openWang();
    const form = message('om_form');
    await form.getByLabel('风险点').fill('采购验收\n把关不严');
    await form.getByLabel('风险等级').click();
    await page.getByRole('option', { name: '二级' }).click();
    await form.getByLabel('涉及的权力').click();
    await page.getByRole('option', { name: '采购' }).click();
    await page.getByRole('option', { name: '审批' }).click();
    await page.keyboard.press('Escape');
    await form.getByLabel('责任人').click();
    await page.getByRole('option', { name: '李建国' }).click();
    await form.getByLabel('完成日期').fill('2026-12-10');
    await form.getByLabel('以上内容属实').check();
    await form.getByRole('button', { name: '提交' }).click();
    await page.getByText('自查表已提交').last().waitFor();
    expect(await toast().textContent()).toBe('已提交');
    expect(posted('click')).toEqual([
      {
        messageId: 'om_form',
        tag: 'button',
        name: 'submit__1',
        value: { cmd: 'submit' },
        formValue: {
          risk: '采购验收\n把关不严',
          title: '',
          secret: '',
          grade: 'L2',
          powers: ['审批', '采购'],
          owner: 'ou_li',
          others: '',
          due: '2026-12-10 +0800',
          at: '08:30 +0800',
          meeting: '',
          agree: true,
        },
      },
    ]);
    await expect.poll(() => form.getByText('(已编辑)').count()).toBe(1);
  });

  test('after a toast alone the answers stay; reset takes them back', async () => {
    await openWang();
    const form = message('om_form');
    await form.getByLabel('风险点').fill('不合格');
    await form.getByLabel('风险等级').click();
    await page.getByRole('option', { name: '一级' }).click();
    const submit = form.getByRole('button', { name: '提交' });
    const release = fixture.holdClicks();
    await submit.click();
    expect(await submit.getAttribute('aria-busy')).toBe('true');
    expect(await submit.isDisabled()).toBe(true);
    release();
    await toast().getByText('风险点写得过于笼统').waitFor();
    await expect.poll(() => submit.isDisabled()).toBe(false);
    expect(await form.getByLabel('风险点').inputValue()).toBe('不合格');
    expect(await form.getByText('3/200').count()).toBe(1);
    await form.getByRole('button', { name: '重置' }).click();
    expect(await form.getByLabel('风险点').inputValue()).toBe('');
    expect(await form.getByLabel('风险等级').textContent()).toBe('请选择等级');
  });

  test('a day is picked from the calendar with the keyboard and shown in Chinese', async () => {
    await openWang();
    const form = message('om_form');
    await form.getByRole('button', { name: '打开日历' }).first().click();
    await page.getByRole('button', { name: '2026年9月21日' }).press('ArrowDown');
    await page.getByRole('button', { name: '2026年9月28日' }).press('Enter');
    expect(await form.getByLabel('完成日期').inputValue()).toBe('2026年9月28日(周一)');
    await form.getByLabel('完成日期').fill('2026-02-30');
    await form.getByLabel('完成日期').blur();
    expect(await form.getByLabel('完成日期').inputValue()).toBe('2026年9月28日(周一)');
  });

  test('§3.6 a button with a confirmation asks first; an error code becomes a toast', async () => {
    await openWang();
    const card = message('om_showcase');
    await card.getByRole('button', { name: '退回' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '取消' }).click();
    await card.getByRole('button', { name: '退回' }).click();
    await page.getByRole('dialog').getByText('退回后填报人须重新提交。').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: '确定' }).click();
    await toast().getByText('已收到').waitFor();
    expect(posted('click')).toEqual([
      { messageId: 'om_showcase', tag: 'button', value: { cmd: 'return' } },
    ]);
    await card.getByRole('button', { name: '填写自查表' }).click();
    await toast().getByText('出错了').waitFor();
    expect(await toast().textContent()).toBe('出错了，请稍后重试(错误码 200341)');
  });

  test('§3.6 overflow, clickable area, folding panel and pages of a table', async () => {
    await openWang();
    const card = message('om_showcase');
    await card.getByRole('button', { name: '更多操作' }).click();
    await page.getByRole('menuitem', { name: '转交' }).click();
    await expect.poll(() => posted('click').at(-1)?.['option']).toBe('passOn');
    await card.getByRole('button', { name: '我的待办' }).click();
    await expect.poll(() => posted('click').at(-1)?.['value']).toEqual({ cmd: 'open' });
    await card.getByRole('button', { name: '查看填写说明' }).click();
    expect(await card.getByText('每个岗位至少填写一个风险点。').isVisible()).toBe(true);
    expect(await card.getByText('公务用车登记不全').count()).toBe(0);
    await card.getByRole('button', { name: '下一页' }).click();
    expect(await card.getByText('¥38,401.50').isVisible()).toBe(true);
  });

  test('hostile text stays text', async () => {
    await openWang();
    const card = message('om_hostile');
    expect(await card.locator('img, script, a').count()).toBe(0);
    expect(await card.locator('.card-body').textContent()).toContain('**不是粗体** <at id=all>');
    expect(await card.locator('strong').count()).toBe(0);
    expect(await page.evaluate('window.broken')).toBeUndefined();
  });

  test('an expired card says so and cannot be used; a card may forbid forwarding', async () => {
    fixture.messages().push({ ...fixture.messages()[1], messageId: 'om_late', expired: true });
    await openWang();
    const old = message('om_late');
    expect(await old.getByText('卡片已过期').count()).toBe(1);
    expect(await old.getByRole('button', { name: '填写自查表' }).isDisabled()).toBe(true);
    await message('om_form').getByRole('button', { name: '消息菜单' }).click();
    expect(await page.getByRole('menuitem', { name: '不允许转发' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
    await message('om_showcase').getByRole('button', { name: '消息菜单' }).click();
    await page.getByRole('menuitem', { name: '转发' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '赵敏' }).click();
    await expect
      .poll(() => posted('forward'))
      .toEqual([{ messageId: 'om_showcase', to: 'ou_zhao' }]);
  });

  test('an announced change redraws that card only and keeps place and answers', async () => {
    await openWang();
    await message('om_form').getByLabel('风险点').fill('写到一半');
    const before = await page.locator('.messages').evaluate((node) => node.scrollTop);
    const old = fixture.messages().findIndex(({ messageId }) => messageId === 'om_hostile');
    fixture.messages()[old] = { ...fixture.messages()[old], messageId: 'om_hostile', edited: true };
    fixture.announce({ type: 'chat', openId: 'ou_wang' });
    await message('om_hostile').getByText('(已编辑)').waitFor();
    expect(await message('om_form').getByLabel('风险点').inputValue()).toBe('写到一半');
    expect(await page.locator('.messages').evaluate((node) => node.scrollTop)).toBe(before);
  });

  test('the clock is moved and set; the record opens on demand', async () => {
    await openWang();
    const now = page.getByTestId('clock-now');
    await expect.poll(() => now.textContent()).toBe('2026年9月21日(周一) 09:00');
    await page.getByTestId('clock-hour').click();
    await expect.poll(() => now.textContent()).toBe('2026年9月21日(周一) 10:00');
    await page.getByTestId('clock-day').click();
    await page.getByTestId('clock-next').click();
    await page.getByLabel('业务时钟').getByLabel('日期和时间').fill('2026-12-10 08:30');
    await page.getByTestId('clock-set').click();
    await expect.poll(() => now.textContent()).toBe('2026年12月10日(周四) 08:30');
    expect(posted('clock')).toEqual([
      { advance: 'PT1H' },
      { advance: 'P1D' },
      { toNextTimer: true },
      { set: '2026-12-10T08:30:00+08:00' },
    ]);
    await page.getByRole('button', { name: '/open-apis/im/v1/messages' }).click();
    expect(await page.getByLabel('回答', { exact: true }).textContent()).toContain('"success"');
    await page.getByRole('tab', { name: '故障演练' }).click();
    await page.getByLabel('服务出错的次数').fill('3');
    await page.getByRole('button', { name: '开启' }).first().click();
    await expect.poll(() => posted('faults')).toEqual([{ kind: 'error500', times: 3 }]);
  });

  test('on a phone: people first, then the chat, back again; nothing wider than the screen', async () => {
    await page.setViewportSize(PHONE);
    await page.goto(fixture.url);
    await page.getByTestId('person-ou_wang').click();
    await message('om_form').waitFor();
    expect(await page.getByTestId('person-ou_wang').isVisible()).toBe(false);
    expect(await page.getByTestId('composer').isVisible()).toBe(true);
    const wide = await page
      .locator('.messages')
      .evaluate((node) => node.scrollWidth - node.clientWidth);
    expect(wide).toBe(0);
    expect(await page.getByTestId('clock-now').isVisible()).toBe(false);
    await page.locator('.chat').getByRole('button', { name: '9月21日' }).click();
    expect(await page.getByTestId('clock-now').isVisible()).toBe(true);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: '返回' }).click();
    expect(await page.getByTestId('person-ou_wang').isVisible()).toBe(true);
    expect(await message('om_form').isVisible()).toBe(false);
  });

  test('assets: nothing outside the two folders is served', async () => {
    const statusOf = async (path: string) =>
      (await fetch(`${fixture.url}simulator/assets/${path}`)).status;
    expect(await statusOf('browser/main.ts')).toBe(200);
    expect(await statusOf('page.ts')).toBe(404);
    expect(await statusOf('browser/..%2Fpage.ts')).toBe(404);
    expect(await statusOf('browser/none.ts')).toBe(404);
  });
});
