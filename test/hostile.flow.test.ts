/** Text that would act elsewhere goes the whole way — fill, review, decide, register, export — and stays text. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import ExcelJS from 'exceljs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cleanText } from '../handlers/clean.ts';
import { wordsOf } from '../simulator/lark/card-words.ts';
import { activeSign } from './fuzz/oracle.ts';
import { ACTIVE_TEXTS } from './fuzz/texts.ts';
import { CHROMIUM, launchBrowser } from './support/browser.ts';
import {
  HEAD,
  LEADER,
  meeting,
  OFFICE,
  openForm,
  ownCard,
  review,
  reviewCardOf,
  sign,
} from './support/chain.ts';
import { forgedAction, forgedClick } from './support/forged.ts';
import { type House, openHouse } from './support/house.ts';
import type { SeenCard } from './support/simulated-person.ts';

const AUTHOR = '0013';
const NAME = '丁若溪';
const PER_POINT = 3;

/** What is left of a text when it has been typed: signs nobody can see are taken out (`handlers/clean.ts`). */
const kept = (text: string): string => cleanText(text).trim();
const typed = ACTIVE_TEXTS.filter((text) => kept(text) !== '').slice(0, 10 * PER_POINT);
const points = Array.from({ length: typed.length / PER_POINT }, (_, n) =>
  typed.slice(n * PER_POINT, (n + 1) * PER_POINT),
);
const opinions = [
  '=1+1 <at id=all></at> **同意**',
  '<script>alert(1)</script>[同意](javascript:alert(2))',
];
const decision = "@SUM(A1) {{7*7}} '; drop table procedure; --";

const wire = ([content, manifestation, measures]: readonly string[]) => ({
  风险类型: 'postDuty',
  风险内容: content,
  表现形式: manifestation,
  存在情况: 'potential',
  防控措施: measures,
});
const bare = (text: string): string => text.replaceAll(/\s+/g, '');

describe('RISK-03 RISK-31 CTRL-29 hostile words on the whole way', () => {
  let house: House;
  let browser: Browser | null = null;
  let cycle: string;
  let procedure: string;
  let directory: string;

  beforeAll(async () => {
    browser = await launchBrowser();
    directory = mkdtempSync(join(tmpdir(), 'lianshao-hostile-'));
    house = await openHouse();
    cycle = await house.launch();
    let card: SeenCard = await openForm(house, AUTHOR);
    for (const [index, point] of points.entries()) {
      const button = index === points.length - 1 ? '提交' : '添加风险点';
      const answer = await forgedClick(house, `ou_demo_${AUTHOR}`, card, button, wire(point))();
      expect(answer.toast?.type, `${answer.toast?.content}`).toBe('success');
      card = { messageId: card.messageId, card: answer.card ?? {} };
    }
    await house.settle();
    const [row] = await house.rows<{ id: string }>(
      `select id from procedure where subject_person = '${AUTHOR}'`,
    );
    procedure = row?.id ?? '';
  });
  afterAll(async () => {
    await browser?.close();
    await house?.close();
    rmSync(directory, { recursive: true, force: true });
  });

  const shows = (card: unknown, texts: readonly string[], where: string): void => {
    expect(activeSign(card), where).toBeNull();
    const words = bare(wordsOf(card as SeenCard['card']).join('\n'));
    for (const text of texts) expect(words, where).toContain(bare(kept(text)));
  };

  it('every point stands on the reviewer’s card as it was typed and nothing in it acts', async () => {
    shows((await reviewCardOf(house, HEAD, NAME)).card, [], 'the reviewer’s card');
    for (const [n, point] of points.entries()) {
      const action = { a: 'procedure.read', p: { id: procedure, n } };
      const answer = await forgedAction(house, `ou_demo_${HEAD}`, action)();
      shows(answer.card, point, `point ${n + 1}`);
    }
  });

  it('the page shows it and runs none of it', async (context) => {
    if (browser === null) return context.skip(`no browser at ${CHROMIUM}`);
    const page = await browser.newPage();
    page.setDefaultTimeout(8_000);
    const acts: string[] = [];
    page.on('dialog', (dialog) => {
      acts.push(`dialog ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => acts.push(error.message));
    page.on('request', (request) => {
      if (!request.url().startsWith(house.url)) acts.push(request.url());
    });
    await page.goto(`${house.url}/#ou_demo_${HEAD}`);
    const { messageId } = await reviewCardOf(house, HEAD, NAME);
    const card = page.getByTestId(`message-${messageId}`);
    for (const [n, point] of points.entries()) {
      await card.getByRole('button', { name: '查看', exact: true }).nth(n).click();
      await card.getByRole('button', { name: '返回' }).waitFor();
      const shown = bare((await card.allInnerTexts()).join('\n'));
      for (const text of point) expect(shown).toContain(bare(kept(text)));
      await card.getByRole('button', { name: '返回' }).click();
      await card.getByRole('button', { name: '同意', exact: true }).waitFor();
    }
    const foreign =
      'script, iframe, object, svg[onload], [onerror], img[src="x"], a[href^="javascript"]';
    expect(await card.locator(foreign).count()).toBe(0);
    expect(await page.locator('[data-testid^="message-"] [onload]').count()).toBe(0);
    expect(acts).toEqual([]);
    await page.close();
  });

  it('opinions reach the author as they were written, and the register holds every word', async () => {
    await sign(house, HEAD, NAME, opinions[0]);
    await sign(house, LEADER, NAME, opinions[1]);
    const decided = await review(house, OFFICE, NAME, '同意', { ...meeting, 意见: decision });
    expect(decided.toast?.content).toBe(`已审定，登记${points.length}个风险点`);
    const author = house.person(AUTHOR);
    shows((await ownCard(house, AUTHOR)).card, [decision], 'the author’s card');
    const history = { a: 'procedure.history', p: { id: procedure, n: 0 } };
    const answer = await forgedAction(house, author.openId, history)();
    shows(answer.card, [...opinions, decision], 'the record');
    await author.say('台账');
    await house.settle();
    shows((await author.lastCard()).card, [], 'the register');
    const rows = await house.rows<{ words: string[] }>(
      'select array[content, manifestation, measures] as words from risk_point order by ordinal',
    );
    expect(rows.map(({ words }) => words)).toEqual(points.map((point) => point.map(kept)));
  });

  it('the .xlsx has the same words in cells that are text', async () => {
    const office = house.person(OFFICE);
    await office.say('台账');
    await house.settle();
    await office.click('导出表格');
    await house.settle();
    const file = (await office.messages()).findLast(({ kind }) => kind === 'file')?.file;
    const response = await fetch(`${house.url}/simulator/api/files/${file?.key}`);
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.load(await response.arrayBuffer());
    const rows = workbook.worksheets[0]?.getRows(2, points.length) ?? [];
    const cells = rows.map((row) => [8, 10, 11].map((column) => row.getCell(column)));
    for (const cell of cells.flat()) expect(cell.type).toBe(ExcelJS.ValueType.String);
    const words = cells.map((row) => row.map(({ value }) => value));
    expect(words.toSorted()).toEqual(points.map((point) => point.map(kept)).toSorted());
  });

  it('the .csv has the same words, with an apostrophe before what would be a formula', async () => {
    const out = join(directory, 'register.csv');
    const env = { PATH: process.env['PATH'] ?? '', DATABASE_URL: house.databaseUrl };
    const command = ['cli.ts', 'register', 'export', '--cycle', cycle, '--out', out];
    await promisify(execFile)(process.execPath, command, { env });
    const records: string[][] = parse(readFileSync(out), { bom: true, record_delimiter: '\r\n' });
    const words = records.slice(1).map((cells) => [cells[7], cells[9], cells[10]]);
    const harmless = (text: string) => (/^[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text);
    expect(words.flat().filter((text) => text?.startsWith("'=")).length).toBeGreaterThan(2);
    expect(words.toSorted()).toEqual(
      points.map((point) => point.map((text) => harmless(kept(text)))).toSorted(),
    );
  });
});
