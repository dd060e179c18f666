import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import axios from 'axios';
import { chromium } from 'playwright-core';
import { createLarkSimulator } from '../../simulator/lark/simulator.ts';
import { createSimulatorPage } from '../../simulator/page/page.ts';
import { renderLarkCard } from '../../cards/render/lark.ts';
import { showcaseCard, formCard } from './simulator-page-cards.ts';
const app = { appId: 'cli_a1b2c3d4e5f60718', appSecret: 's', encryptKey: 'k', verificationToken: 'v', tenantKey: 'tk' };
let ms = Date.parse('2026-09-21T01:00:00Z');
const person = (n: number, name: string) => ({ openId: `ou_p${n}`, unionId: `on_p${n}`, userId: `e${n}`, name, title: '科员', departmentId: 'D', departmentName: '办公室' });
const root = new Hono();
const srv = await new Promise<any>((r) => { const s = serve({ fetch: root.fetch, port: 0, hostname: '127.0.0.1' }, (i) => r({ s, url: `http://127.0.0.1:${i.port}` })); });
const lark = createLarkSimulator({ app, webhookUrl: `${srv.url}/webhook/lark`, now: () => new Date(ms), people: async () => [person(1, '王芳'), person(2, '李建国')], menu: [{ key: 'tasks', text: '待办' }], clock: { show: async () => ({ now: new Date(ms).toISOString(), next: null }), set: async (i) => { ms = Date.parse(i); }, advance: async () => { ms += 3600e3; }, toNextTimer: async () => {} } });
root.post('/webhook/lark', (c) => c.json({ toast: { type: 'success', content: '已收到' } }));
root.route('/', createSimulatorPage()); root.route('/', lark.app as any);
lark.start();
const token = (await axios.post(`${srv.url}/open-apis/auth/v3/tenant_access_token/internal`, { app_id: app.appId, app_secret: app.appSecret })).data.tenant_access_token;
const send = async (to: string, card: object) => { const r = await axios.post(`${srv.url}/open-apis/im/v1/messages?receive_id_type=open_id`, { receive_id: to, msg_type: 'interactive', content: JSON.stringify(card) }, { headers: { authorization: `Bearer ${token}` }, validateStatus: () => true }); console.log(to, r.status, r.data.code, r.data.msg); };
const B = (text: string, style: any, confirm?: any) => ({ text, style, action: { id: 'a.b', payload: { id: 1 } }, ...(confirm ? { confirm } : {}) });
const card: any = { title: '审核自查表', subtitle: '王芳 · 办公室', tone: 'attention', tag: '待签署', summary: 's', blocks: [
  { kind: 'facts', facts: [{ label: '截止', value: '2026年12月10日(周四)' }, { label: '填报人', value: '王芳 <b>*x*</b>' }] },
  { kind: 'heading', text: '风险点' }, { kind: 'text', text: '第一行\n第二行', muted: true },
  { kind: 'list', ordered: true, items: [{ title: '采购验收把关不严', detail: '一级', button: B('查看', 'default') }, { title: '合同未审核', detail: '二级', button: B('查看', 'default') }] },
  { kind: 'table', columns: ['步骤', '人', '时间'], rows: [['填写', '王芳', '9月1日'], ['审核', '李建国', '9月2日']] },
  { kind: 'notice', text: '还有 3 天截止', tone: 'alarm' }, { kind: 'details', title: '依据', blocks: [{ kind: 'text', text: '第十二条' }] }, { kind: 'divider' },
  { kind: 'buttons', buttons: [B('同意', 'primary'), B('退回', 'danger', { title: '确认', text: '退回?' }), B('刷新', 'default')] },
  { kind: 'form', form: { name: 'f1', fields: [{ kind: 'longText', name: 'opinion', label: '意见', required: true, maxLength: 500, help: '请写明理由' }, { kind: 'single', name: 'grade', label: '风险等级', required: true, choices: [{ value: 'a', text: '一级' }, { value: 'b', text: '二级' }] }, { kind: 'multiple', name: 'p', label: '权力', choices: [{ value: 'a', text: '审批' }] }, { kind: 'date', name: 'due', label: '完成日期' }, { kind: 'number', name: 'n', label: '人数' }], buttons: [B('提交', 'primary'), B('保存草稿', 'default')] } } ] };
await send('ou_p1', showcaseCard); await send('ou_p1', formCard); const rendered: any = renderLarkCard(card); await send('ou_p1', rendered.card ?? rendered);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-quic','--no-first-run','--disable-background-networking','--disable-component-update','--disable-sync'] });
const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
page.on('pageerror', (e) => console.log('pageerror', e.message)); page.on('console', (m) => m.type() === 'error' && console.log(m.text()));
page.setDefaultTimeout(5000);
await page.goto(srv.url); await page.getByTestId('person-ou_p1').click(); await page.waitForTimeout(800);
await page.screenshot({ path: '/tmp/shots/r1.png' });
await page.locator('.message').last().screenshot({ path: '/tmp/shots/r2.png' });
const last = page.locator('.message').last();
await last.getByLabel('意见').fill('同意'); await last.getByLabel('风险等级').click(); await page.getByRole('option', { name: '二级' }).click();
await last.getByRole('button', { name: '提交' }).click(); await page.waitForTimeout(500);
await page.screenshot({ path: '/tmp/shots/r3.png' });
await send('ou_p2', { schema: '2.0', body: { elements: [{ tag: 'markdown', content: '你好' }] } }); await page.waitForTimeout(500);
console.log('badge', await page.getByTestId('person-ou_p2').textContent());
await page.getByTestId('clock-hour').click(); await page.waitForTimeout(500); console.log(await page.getByTestId('clock-now').textContent());
await page.getByTestId('composer').fill('待办'); await page.getByTestId('send').click(); await page.waitForTimeout(500); console.log(await page.locator('.message').last().textContent());
await page.getByRole('tab', { name: '故障演练' }).click(); await page.waitForTimeout(300);
await page.screenshot({ path: '/tmp/shots/r4.png' });
await page.locator('.tab').first().click(); await page.locator('.wire-row').first().click(); await page.waitForTimeout(300);
await page.screenshot({ path: '/tmp/shots/r5.png' });
process.exit(0);
