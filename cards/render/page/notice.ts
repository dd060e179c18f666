/** A page that says in one sentence what happened and what to do next. */
import { html } from 'hono/html';
import { type Html, NONE } from './shell.ts';

export type Kept = { readonly label: string; readonly text: string };

export type Notice = {
  readonly title: string;
  readonly text: string;
  /** Where to go from here. */
  readonly next?: { readonly text: string; readonly path: string };
  /** What the visitor had typed and what could not be kept, to be copied from here. */
  readonly typed?: readonly Kept[];
  /** What to read out to an administrator. */
  readonly reference?: string;
};

export const renderNotice = (notice: Notice): Html => html`<section class="sheet notice-page">
<h1>${notice.title}</h1>
<p>${notice.text}</p>
${notice.reference === undefined ? NONE : html`<p class="quiet">编号 ${notice.reference}</p>`}
${notice.typed === undefined ? NONE : renderTyped(notice.typed)}
${notice.next === undefined ? NONE : html`<p><a class="button primary" href="${notice.next.path}">${notice.next.text}</a></p>`}
</section>`;

/** Read-only, so that nobody takes it for what has been saved. */
export function renderTyped(typed: readonly Kept[]): Html | typeof NONE {
  const written = typed.filter(({ text }) => text.trim() !== '');
  if (written.length === 0) return NONE;
  return html`<section class="typed" aria-labelledby="typed-title">
<h2 id="typed-title">您刚才填写、尚未保存的内容</h2>
<p class="quiet">请先复制下面的内容，再继续。</p>
${written.map(
  ({ label, text }, index) => html`<div class="field">
<label for="typed-${index}">${label}</label>
<textarea id="typed-${index}" rows="4" readonly>
${text}</textarea>
</div>`,
)}
</section>`;
}
