/** The record of what the bot and the messenger said to each other. */
import { fetchWire, type WireEntry } from './api.ts';
import { clockTimeWithSeconds, toMs } from './business-time.ts';
import { button, freshId, h, reconcile } from './dom.ts';
import { icon } from './icons.ts';

export type WirePanel = {
  readonly node: HTMLElement;
  readonly refresh: () => Promise<void>;
};

const SHOWN = 200;

function body(title: string, value: unknown): readonly HTMLElement[] {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? '');
  return [
    h('h4', {}, title),
    h('pre', { tabindex: 0, 'aria-label': title }, text === '' ? '(空)' : text),
  ];
}

function statusClass(status: number): string {
  if (status === 0 || status >= 500) return 'wire-bad';
  return status >= 400 ? 'wire-doubtful' : 'wire-good';
}

function entryRow(entry: WireEntry): HTMLElement {
  const toBot = entry.direction === 'out';
  const details = h('div', { class: 'wire-details', id: freshId() });
  details.hidden = true;
  const toggle = button(
    {
      class: 'wire-row',
      onClick: () => {
        // Bodies are large and rarely read: they are written out when asked for.
        if (details.childElementCount === 0) {
          details.append(...body('请求', entry.request), ...body('回答', entry.response));
        }
        details.hidden = !details.hidden;
        toggle.setAttribute('aria-expanded', String(!details.hidden));
      },
    },
    h(
      'span',
      { class: `wire-way ${toBot ? 'tone-purple' : 'tone-blue'}` },
      toBot ? '发往廉哨' : '来自廉哨',
    ),
    h(
      'span',
      { class: `wire-status ${statusClass(entry.status)}` },
      entry.status === 0 ? '无回答' : String(entry.status),
    ),
    h('span', { class: 'wire-ms' }, `${Math.round(entry.ms)} 毫秒`),
    h('time', {}, clockTimeWithSeconds(toMs(entry.at))),
    icon('down', 'wire-arrow'),
    h('span', { class: 'wire-path' }, `${entry.method} ${entry.path}`),
  );
  toggle.setAttribute('aria-expanded', 'false');
  toggle.setAttribute('aria-controls', details.id);
  return h('div', { class: 'wire-entry' }, toggle, details);
}

/** The list, newest first; opened entries stay open. */
export function createWirePanel(): WirePanel {
  const list = h('div', { class: 'wire-list' });
  const empty = h('p', { class: 'quiet' }, '还没有通信记录');
  let rows = new Map<number, HTMLElement>();
  const refresh = async (): Promise<void> => {
    const { entries } = await fetchWire();
    const newest = entries.slice(0, SHOWN);
    rows = new Map(newest.map((entry) => [entry.id, rows.get(entry.id) ?? entryRow(entry)]));
    reconcile(list, rows.size === 0 ? [empty] : [...rows.values()]);
  };
  return { node: list, refresh };
}
