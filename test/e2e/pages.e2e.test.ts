/** The hosted pages in a real browser: from the card to the page and back, on a telephone and on a desk, by keyboard alone. */
import { mkdirSync } from 'node:fs';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { faultsOf } from '../support/accessible.ts';
import { CHROMIUM, launchBrowser } from '../support/browser.ts';
import { type House, openHouse } from '../support/house.ts';

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 900 };
/** A folder for screenshots, when somebody wants to look. */
const SHOTS = process.env['SHOTS'];
const LONG = '审核社区矫正对象外出申请时，可能因人情放宽条件，对外出事由不核实、对返回时间不跟踪。';

describe.sequential('hosted pages', { timeout: 120_000 }, () => {
  let browser: Browser | null = null;
  let context: BrowserContext;
  let house: House;

  beforeAll(async () => {
    browser = await launchBrowser();
    if (browser === null) return;
    house = await openHouse();
    for (const code of ['0007', '0013']) await house.person(code).enter();
    await house.launch();
    context = await browser.newContext({ viewport: PHONE, deviceScaleFactor: 2 });
    context.setDefaultTimeout(8000);
    if (SHOTS !== undefined) mkdirSync(SHOTS, { recursive: true });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const shots = async (page: Page, name: string): Promise<void> => {
    if (SHOTS === undefined) return;
    for (const [device, size] of Object.entries({ phone: PHONE, desk: DESK })) {
      await page.setViewportSize(size);
      await page.screenshot({ path: `${SHOTS}/${name}-${device}.png`, fullPage: true });
    }
    await page.setViewportSize(PHONE);
  };
  const sound = async (page: Page): Promise<void> => {
    for (const size of [DESK, PHONE]) {
      await page.setViewportSize(size);
      expect(await faultsOf(page)).toEqual([]);
    }
  };
  const chatOf = async (code: string): Promise<Page> => {
    const chat = await context.newPage();
    await chat.goto(`${house.url}/#ou_demo_${code}`);
    await chat.getByTestId('composer').waitFor();
    return chat;
  };
  const follow = async (chat: Page, words: string): Promise<Page> => {
    const opened = context.waitForEvent('page');
    await chat.getByRole('button', { name: words, exact: true }).last().click();
    const page = await opened;
    await page.waitForLoadState();
    return page;
  };
  /** Tabs on until the focus stands on what `found` describes. @throws when it never does */
  const tabTo = async (page: Page, found: { readonly id?: string; readonly text?: string }) => {
    for (let n = 0; n < 80; n += 1) {
      await page.keyboard.press('Tab');
      const { id, text } = await page.locator(':focus').evaluate((element) => ({
        id: element.id,
        text: element.textContent?.trim() ?? '',
      }));
      if (found.id === undefined ? text === found.text : id === found.id) return;
    }
    throw new Error(`the keyboard does not reach ${JSON.stringify(found)}`);
  };

  test('RISK-06 the card leads to the page; filled by keyboard alone, saved, refused and submitted', async (testContext) => {
    if (browser === null) return testContext.skip(`no browser at ${CHROMIUM}`);
    const chat = await chatOf('0013');
    const page = await follow(chat, '在网页中填写');
    await page.getByRole('heading', { level: 1, name: '个人廉政风险自查表' }).waitFor();
    await sound(page);
    await shots(page, 'form-empty');

    await tabTo(page, { id: 'f-riskType-0' });
    await page.keyboard.press('Space');
    await tabTo(page, { id: 'f-content' });
    await page.keyboard.insertText(LONG);
    await tabTo(page, { text: '提交' });
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await page.getByRole('alert').textContent()).toBe(
      '请填写第1个风险点的“表现形式”后再提交。',
    );
    expect(await page.locator(':focus').getAttribute('role')).toBe('alert');
    expect(await page.locator('#f-content').inputValue()).toBe(LONG);
    expect(await page.locator('#f-manifestation').getAttribute('aria-invalid')).toBe('true');
    await sound(page);
    await shots(page, 'form-refused');

    await tabTo(page, { id: 'f-manifestationPicks-2' });
    await page.keyboard.press('Space');
    await tabTo(page, { id: 'f-manifestation' });
    await page.keyboard.insertText('对熟人介绍的申请不核实外出事由');
    await tabTo(page, { id: 'f-existence-0' });
    await page.keyboard.press('ArrowDown');
    await tabTo(page, { id: 'f-measures' });
    await page.keyboard.insertText('外出申请双人审核，每月抽查一次台账');
    await tabTo(page, { text: '添加风险点' });
    await page.keyboard.press('Enter');
    await page.getByRole('status').waitFor();
    await page.getByText('已写好的风险点（1个）').waitFor();
    await shots(page, 'form-second');
    await sound(page);
    await house.settle();
    await chat.getByText('已写1个风险点，可继续填写').waitFor();

    await page.getByRole('button', { name: '修改第1个' }).click();
    expect(await page.getByLabel('利用职务便利为本人或特定关系人谋利').isChecked()).toBe(true);
    expect(await page.getByLabel('潜在', { exact: true }).isChecked()).toBe(true);
    await page.getByText('删除本条', { exact: true }).click();
    await page.getByRole('button', { name: '确定删除本条' }).waitFor();
    await shots(page, 'form-confirm');
    await sound(page);
    await page.getByRole('button', { name: '提交', exact: true }).click();
    await page.getByText('已提交，正在送审').waitFor();
    await shots(page, 'form-submitted');
    await sound(page);
    await house.settle();
    await chat.getByText('审核中').first().waitFor();
    await page.close();
    await chat.close();
  });

  test('ORG-21 PLAN-33 the overview, one department of it, and the same on paper', async (testContext) => {
    if (browser === null) return testContext.skip(`no browser at ${CHROMIUM}`);
    const page = await context.newPage();
    await page.goto(`${house.url}/page/progress`);
    await page.getByRole('button', { name: '退出登录' }).click();
    await page.getByRole('heading', { name: '已退出登录' }).waitFor();
    await sound(page);
    await shots(page, 'left');
    await page.close();

    await house.at('2026-12-14 09:00');
    const chat = await chatOf('0007');
    await chat.getByTestId('composer').fill('进度');
    await chat.getByTestId('composer').press('Enter');
    await house.settle();
    await chat.getByText('工作进度').last().waitFor();
    if (SHOTS !== undefined) {
      await chat.setViewportSize(DESK);
      await chat.waitForTimeout(2500);
      await chat.screenshot({ path: `${SHOTS}/card-progress.png` });
    }
    const overview = await follow(chat, '在网页中查看');
    await overview.getByRole('heading', { level: 1, name: '工作进度' }).waitFor();
    await sound(overview);
    await shots(overview, 'progress');
    if (SHOTS !== undefined) await overview.pdf({ path: `${SHOTS}/progress.pdf` });
    const bar = overview.getByRole('img', { name: '社区矫正股：已审定0、审核中1、未提交2' });
    await bar.waitFor();
    await overview.getByRole('link', { name: '社区矫正股' }).click();
    await overview.getByRole('heading', { name: /社区矫正股$/ }).waitFor();
    expect(await overview.getByText('余简宁').count()).toBe(0);
    await sound(overview);
    await shots(overview, 'department');

    const foreign = await house.rows<{ id: string }>(
      "select id from procedure where subject_person = '0013'",
    );
    await overview.goto(`${house.url}/page/form/${foreign[0]?.id}`);
    await overview.getByRole('heading', { name: '这个页面不由您办理' }).waitFor();
    await sound(overview);
    await shots(overview, 'not-yours');
  });
});
