/** The page 进度: figures, stages, a chart, a table of departments, and who has not submitted. */
import { html } from 'hono/html';
import {
  type Dashboard,
  type DashboardCycle,
  type DepartmentLine,
  dashboardPath,
  type MissingLine,
} from '../../dashboard.ts';
import { formPage } from '../../link.ts';
import {
  doneText,
  type FormLine,
  type OwnFormLine,
  percentOf,
  progressChart,
  type StageLine,
  stageDays,
  stageStates,
  statusText,
  totalOf,
  unstaffedText,
} from '../../progress.ts';
import { dateText } from '../../wording.ts';
import { renderChart } from './chart.ts';
import { type Html, NONE } from './shell.ts';

/** Bars on a page; a screen has more room than a card. */
const BARS = 40;

/** The page's content. */
export function renderDashboard(view: Dashboard): Html {
  const { own, cycles, department, today } = view;
  const nothing = own.length === 0 && cycles.length === 0;
  return html`<div class="dashboard">
<header class="page-head"><h1>工作进度</h1><p class="quiet">截至${dateText(today)}</p></header>
${department === null ? NONE : html`<p class="back"><a href="${dashboardPath({})}">返回全部部门</a></p>`}
${nothing ? html`<section class="sheet"><p>目前没有正在进行的工作。</p></section>` : NONE}
${department !== null || own.length === 0 ? NONE : renderOwn(own)}
${cycles.map((cycle, index) => renderCycle(view, cycle, index))}
</div>`;
}

const renderOwn = (own: readonly OwnFormLine[]): Html =>
  html`<section class="sheet" aria-labelledby="own"><h2 id="own">我的自查表</h2>
<ul class="list">${own.map(
    (line) =>
      html`<li><div class="item"><span class="item-title">${line.formName}</span><span class="item-detail">${statusText(line)}</span></div><a class="button default" href="${formPage(line.procedureId)}">打开</a></li>`,
  )}</ul></section>`;

function renderCycle(view: Dashboard, cycle: DashboardCycle, index: number): Html {
  const total = totalOf(cycle.departments);
  const [only] = cycle.departments;
  const title =
    view.department === null ? cycle.name : `${cycle.name} · ${only?.departmentName ?? ''}`;
  return html`<section class="sheet cycle" aria-labelledby="cycle-${index}">
<h2 id="cycle-${index}">${title}</h2>
<dl class="figures">
${figure('应填', `${total.owed}份`)}
${figure('已提交', `${total.submitted}份`, `${percentOf(total.submitted, total.owed)}%`)}
${figure(doneText(cycle), `${total.completed}份`, `${percentOf(total.completed, total.owed)}%`)}
${figure('逾期', `${total.late}份`, '', total.late > 0)}
</dl>
${renderStages(cycle.stages)}
${renderChart(progressChart(cycle.departments, doneText(cycle), BARS))}
${cycle.forms.length > 1 ? renderForms(cycle) : NONE}
${view.department === null ? renderDepartments(cycle) : NONE}
${cycle.unstaffed.length === 0 ? NONE : html`<p class="notice notice-attention">${unstaffedText(cycle.unstaffed)}</p>`}
${renderMissing(view, cycle)}
</section>`;
}

const figure = (label: string, value: string, share = '', alarm = false): Html =>
  html`<div class="${alarm ? 'figure figure-alarm' : 'figure'}"><dt>${label}</dt><dd>${value}${
    share === '' ? NONE : html`<span class="share">${share}</span>`
  }</dd></div>`;

const renderStages = (stages: readonly StageLine[]): Html =>
  html`<h3>工作阶段</h3><ol class="stages">${stages.map(
    (stage) =>
      html`<li class="stage stage-${stage.status}"><span class="stage-name">${stage.name}</span><span class="stage-days">${stageDays(stage)}</span><span class="stage-status">${stageStates[stage.status]}</span></li>`,
  )}</ol>`;

const renderForms = ({ forms }: DashboardCycle): Html =>
  html`<h3>各表格情况</h3><div class="scroll" tabindex="0" role="region" aria-label="各表格情况"><table>
<thead><tr><th scope="col">表格</th><th scope="col" class="number">应填</th><th scope="col" class="number">已提交</th><th scope="col" class="number">已办结</th><th scope="col" class="number">提前提交</th><th scope="col" class="number">逾期提交</th></tr></thead>
<tbody>${forms.map(renderForm)}</tbody></table></div>`;

const renderForm = (each: FormLine): Html =>
  html`<tr><th scope="row">${each.name}</th><td class="number">${each.owed}</td><td class="number">${each.submitted}</td><td class="number">${each.completed}</td><td class="number">${each.early}</td><td class="${each.late > 0 ? 'number late' : 'number'}">${each.late}</td></tr>`;

const renderDepartments = (cycle: DashboardCycle): Html =>
  html`<h3>各部门情况</h3><div class="scroll" tabindex="0" role="region" aria-label="各部门情况"><table>
<thead><tr><th scope="col">部门</th><th scope="col" class="number">应填</th><th scope="col" class="number">已提交</th><th scope="col" class="number">${doneText(cycle)}</th><th scope="col" class="number">逾期</th><th scope="col" class="number rate">完成率</th></tr></thead>
<tbody>${cycle.departments.map((each) => renderDepartment(cycle, each))}</tbody></table></div>`;

const renderDepartment = (cycle: DashboardCycle, each: DepartmentLine): Html =>
  html`<tr><th scope="row"><a href="${dashboardPath({ cycleId: cycle.id, department: each.departmentCode })}">${each.departmentName}</a></th><td class="number">${each.owed}</td><td class="number">${each.submitted}</td><td class="number">${each.completed}</td><td class="${each.late > 0 ? 'number late' : 'number'}">${each.late}</td><td class="number rate">${percentOf(each.completed, each.owed)}%</td></tr>`;

function renderMissing({ department }: Dashboard, cycle: DashboardCycle): Html {
  const { people, total, page, pages } = cycle.missing;
  if (total === 0) return html`<p class="notice notice-success">全部提交完毕。</p>`;
  const where = { cycleId: cycle.id, ...(department === null ? {} : { department }) };
  return html`<h3>尚未提交（${total}份）</h3>
<ul class="people">${people.map((line) => renderPerson(line, cycle.forms.length > 1))}</ul>
${pages <= 1 ? NONE : renderPager(page, pages, (n) => dashboardPath({ ...where, page: n }))}`;
}

const renderPerson = (line: MissingLine, isOneOfMany: boolean): Html => {
  const { name, postNames, departmentName, formName, late } = line;
  const place = [departmentName, postNames, isOneOfMany ? formName : ''];
  return html`<li><span class="person-name">${name}</span>${late ? html`<span class="tag tag-alarm">逾期</span>` : NONE}<span class="person-place">${place.filter((part) => part !== '').join(' · ')}</span></li>`;
};

const renderPager = (page: number, pages: number, at: (page: number) => string): Html =>
  html`<nav class="pager" aria-label="翻页">${page > 0 ? html`<a class="button default" href="${at(page - 1)}">上一页</a>` : NONE}<span>第${page + 1}页，共${pages}页</span>${page < pages - 1 ? html`<a class="button default" href="${at(page + 1)}">下一页</a>` : NONE}</nav>`;
