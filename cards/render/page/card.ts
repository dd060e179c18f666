/** A neutral card as a page: every block, every action and every field of it. */
import { html } from 'hono/html';
import type { Form } from '../../form.ts';
import type { Link } from '../../link.ts';
import type { Block, Card, ListItem, Toast } from '../../model.ts';
import { renderChart } from './chart.ts';
import { renderButton, renderForm, type Wrong } from './form.ts';
import { type Kept, renderTyped } from './notice.ts';
import { CONTROLS, type Html, NONE } from './shell.ts';

export type CardPage = {
  readonly card: Card;
  /** The page's own path: buttons are posted to it, and no link leads to it. */
  readonly here: string;
  readonly toast?: Toast;
  /** What was typed and could not be kept. */
  readonly typed?: readonly Kept[];
  /** Proves that a form came from a page of this visitor. */
  readonly token: string;
  /** Makes a form that is sent twice count once. */
  readonly once: string;
  /** The state the page shows. */
  readonly revision: number;
};

/** Buttons outside a form belong to this one. */
const ACTS = 'acts';

/** The page's content. */
export function renderCard(page: CardPage): Html {
  const { card, toast, typed } = page;
  return html`<article class="sheet tone-${card.tone}">
<header class="sheet-head"><h1>${card.title}</h1>${
    card.tag === undefined || card.tag === '' ? NONE : html`<span class="tag">${card.tag}</span>`
  }</header>
${card.subtitle === undefined ? NONE : html`<p class="quiet">${card.subtitle}</p>`}
${toast === undefined ? NONE : renderToast(toast)}
${typed === undefined ? NONE : renderTyped(typed)}
<form id="${ACTS}" method="post" action="${page.here}" hidden>${controls(page)}</form>
${card.blocks.map((block) => renderBlock(page, block))}
</article>`;
}

/** It is what a visitor came back for, so the focus stands on it, and a reader reads it first. */
const renderToast = ({ tone, text }: Toast): Html =>
  html`<p class="toast toast-${tone}" role="${tone === 'success' || tone === 'info' ? 'status' : 'alert'}" tabindex="-1" autofocus>${text}</p>`;

const controls = ({ token, once, revision }: CardPage): Html =>
  html`<input type="hidden" name="${CONTROLS.token}" value="${token}"><input type="hidden" name="${CONTROLS.once}" value="${once}"><input type="hidden" name="${CONTROLS.revision}" value="${revision}">`;

function renderBlock(page: CardPage, block: Block): Html | typeof NONE {
  switch (block.kind) {
    case 'buttons':
      return html`<div class="actions">${block.buttons.map((button) => renderButton(button, ACTS))}</div>`;
    case 'links':
      return renderLinks(page, block.links);
    case 'form':
      return renderFilling(page, block.form);
    case 'list':
      return renderList(block);
    case 'details':
      return html`<details class="fold"><summary>${block.title}</summary><div class="fold-inner">${block.blocks.map((inner) => renderBlock(page, inner))}</div></details>`;
    default:
      return renderProse(block);
  }
}

type Prose = Exclude<Block, { kind: 'buttons' | 'links' | 'form' | 'list' | 'details' }>;

function renderProse(block: Prose): Html {
  switch (block.kind) {
    case 'text':
      return html`<p class="${block.muted === true ? 'text quiet' : 'text'}">${block.text}</p>`;
    case 'heading':
      return html`<h2>${block.text}</h2>`;
    case 'facts':
      return html`<dl class="facts">${block.facts.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}</dl>`;
    case 'notice':
      return html`<p class="notice notice-${block.tone}">${block.text}</p>`;
    case 'divider':
      return html`<hr>`;
    case 'chart':
      return renderChart(block.chart);
    case 'table':
      return renderTable(block);
  }
}

/** A field that is sent by the return key must not press whichever button happens to stand first. */
const renderFilling = (page: CardPage, form: Form): Html =>
  html`<form class="filling" method="post" action="${page.here}" novalidate>${controls(page)}<button type="submit" disabled hidden></button>
${renderForm(form, wrongOf(form, page.toast))}</form>`;

/** A refusal names the field by its label in quotation marks. */
function wrongOf(form: Form, toast: Toast | undefined): Wrong | null {
  if (toast === undefined || toast.tone === 'success') return null;
  const field = form.fields.find(({ label }) => toast.text.includes(`“${label}”`));
  return field === undefined ? null : { label: field.label, text: toast.text };
}

function renderLinks(page: CardPage, links: readonly Link[]): Html | typeof NONE {
  const others = links.filter((link) => link.page !== page.here);
  if (others.length === 0) return NONE;
  return html`<div class="actions">${others.map((link) => html`<a class="button default" href="${link.page}">${link.text}</a>`)}</div>`;
}

function renderList({ items, ordered }: Extract<Block, { kind: 'list' }>): Html {
  const rows = items.map(renderItem);
  return ordered === true
    ? html`<ol class="list">${rows}</ol>`
    : html`<ul class="list">${rows}</ul>`;
}

const renderItem = ({ title, detail, button }: ListItem): Html =>
  html`<li><div class="item"><span class="item-title">${title}</span>${
    detail === undefined || detail === '' ? NONE : html`<span class="item-detail">${detail}</span>`
  }</div>${button === undefined ? NONE : renderButton(button, ACTS)}</li>`;

const renderTable = ({ columns, rows }: Extract<Block, { kind: 'table' }>): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="表格"><table>
<thead><tr>${columns.map((column) => html`<th scope="col">${column}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
</table></div>`;
