/** The first job in a real browser at phone width: launch, fill, sign twice, decide, register — by clicking alone. */
import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, launchBrowser } from '../support/browser.ts';
import { type House, openHouse } from '../support/house.ts';

const PHONE = { width: 390, height: 844 };
const SHOTS = process.env['SCREENSHOTS'];

describe('the first job on a phone', () => {
  let browser: Browser | null = null;
  let house: House;
  let page: Page;

  beforeAll(async () => {
    browser = await launchBrowser();
    if (browser === null) return;
    house = await openHouse('2026-09-21 09:00', { profiles: 'profiles' });
    for (const code of ['0007', '0013', '0012', '0002']) await house.person(code).enter();
    page = await browser.newPage({ viewport: PHONE, deviceScaleFactor: 2 });
    page.setDefaultTimeout(30_000);
    if (SHOTS !== undefined) mkdirSync(SHOTS, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  const shot = async (name: string): Promise<void> => {
    if (SHOTS === undefined) return;
    await last().evaluate((card) => card.scrollIntoView({ block: 'start' }));
    await page.waitForTimeout(2800);
    await page.screenshot({ path: `${SHOTS}/${name}.png` });
  };
  const open = async (code: string): Promise<void> => {
    await house.settle();
    await page.goto(`${house.url}/#ou_demo_${code}`);
    await page.reload();
    await page.getByTestId('composer').waitFor();
  };
  const say = async (text: string): Promise<void> => {
    await page.getByTestId('composer').fill(text);
    await page.getByTestId('composer').press('Enter');
    await house.settle();
  };
  const last = () => page.locator('[data-testid^="message-om_"]').last();
  /** The newest message with this button; the greeting may stand below it. */
  const withButton = (words: string) =>
    page
      .locator('[data-testid^="message-om_"]')
      .filter({ has: page.getByRole('button', { name: words, exact: true }) })
      .last();
  const press = (words: string) =>
    withButton(words).getByRole('button', { name: words, exact: true }).first().click();
  const field = (label: string) => withButton(inForm).getByLabel(label, { exact: true }).first();
  let inForm = '提交';
  const choose = async (label: string, ...options: readonly string[]): Promise<void> => {
    await field(label).click();
    for (const option of options) await page.getByRole('option', { name: option }).click();
    await page.keyboard.press('Escape');
  };

  test('launch → fill → two opinions → meeting → register', async (context) => {
    if (browser === null) return context.skip(`no browser at ${CHROMIUM}`);
    await open('0007');
    await say('自查');
    await press('发起自查（青岚县司法局）');
    await last().getByText('开始日期').waitFor();
    await shot('1-launch');
    await press('确认发起');
    await page.getByRole('dialog').getByRole('button', { name: '确定' }).click();
    await page.getByText('自查已发起').first().waitFor();
    await shot('2-launched');

    await open('0013');
    await shot('3-task');
    await press('填写自查表');
    await choose('风险类型（必填）', '岗位职责风险');
    await field('风险内容（必填）').fill('审核社区矫正对象外出申请时，可能因人情放宽条件');
    await choose('常见表现形式', '利用职务便利为本人或特定关系人谋利');
    await field('表现形式（必填）').fill('对熟人介绍的申请不核实外出事由');
    await choose('存在情况（必填）', '潜在');
    await field('防控措施（必填）').fill('外出申请双人审核，每月抽查一次台账');
    await shot('4-form');
    await press('提交');
    await page.getByText('已提交，正在送审').first().waitFor();
    await shot('5-submitted');

    inForm = '同意';
    await open('0012');
    await shot('6-review');
    await press('同意');
    await page.getByText('请填写“意见”').first().waitFor();
    await field('意见（必填）').fill('风险点找得准，措施可行');
    await press('同意');
    await page.getByText('已签署同意').first().waitFor();
    await shot('7-signed');

    await open('0002');
    await field('意见（必填）').fill('同意');
    await press('同意');
    await page.getByText('已签署同意').first().waitFor();

    await open('0007');
    await choose('出席人员（必填）', '沈远乔', '陆清和', '顾若川', '方砚秋');
    await shot('8-decide');
    await press('同意');
    await page.getByText('已审定，登记1个风险点').first().waitFor();
    await shot('9-decided');

    await open('0013');
    await say('台账');
    await last().getByText('廉政风险点台账').waitFor();
    await last().getByText('FX-QLSF-2026-0001').waitFor();
    await shot('10-register');
    expect(await last().textContent()).toContain('丁若溪');

    await page.setViewportSize({ width: 1280, height: 860 });
    await open('0007');
    await say('进度');
    await shot('11-desktop');
  });
});
