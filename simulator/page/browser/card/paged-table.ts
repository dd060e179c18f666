/** A table that shows a few rows at a time. */
import { button, h } from '../dom.ts';
import { icon } from '../icons.ts';

/** The table of `rows` below `head`, `size` rows per page. */
export function pagedTable(
  head: HTMLTableRowElement,
  rows: readonly HTMLTableRowElement[],
  size: number,
): HTMLElement {
  const body = h('tbody');
  const table = h('table', { class: 'c-table' }, h('thead', {}, head), body);
  const frame = h(
    'div',
    { class: 'c-table-frame', role: 'group', 'aria-label': '表格', tabindex: 0 },
    table,
  );
  const pages = Math.max(1, Math.ceil(rows.length / size));
  let page = 0;
  const where = h('span', { class: 'quiet', 'aria-live': 'polite' });
  const turn = (by: number): void => {
    page = Math.min(Math.max(page + by, 0), pages - 1);
    body.replaceChildren(...rows.slice(page * size, (page + 1) * size));
    where.textContent = `第 ${page + 1}/${pages} 页`;
    previous.disabled = page === 0;
    next.disabled = page === pages - 1;
  };
  const previous = button(
    { class: 'icon-button', label: '上一页', onClick: () => turn(-1) },
    icon('left'),
  );
  const next = button(
    { class: 'icon-button', label: '下一页', onClick: () => turn(1) },
    icon('right'),
  );
  turn(0);
  if (pages === 1) return frame;
  return h(
    'div',
    { class: 'c-paged' },
    frame,
    h('div', { class: 'c-pager' }, previous, where, next),
  );
}
