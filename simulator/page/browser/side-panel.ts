/** The side panel: clock above, record and faults below. A column, a drawer or a sheet, as wide as the window allows. */
import { createClockPanel } from './clock-panel.ts';
import { button, freshId, h } from './dom.ts';
import { createFaultPanel } from './fault-panel.ts';
import { icon } from './icons.ts';
import { start } from './toast.ts';
import { createWirePanel } from './wire-panel.ts';

export type SidePanel = {
  readonly node: HTMLElement;
  readonly toggle: () => void;
  readonly clockMoved: () => Promise<void>;
  /** Something new was said; fetched only while the record is in sight. */
  readonly wireGrown: () => Promise<void>;
};

/** From this width on the panel is a column beside the chat. */
const WIDE = '(min-width: 1180px)';

type Part = { readonly node: HTMLElement; readonly refresh: () => Promise<void> };

function createTabs(parts: readonly (readonly [string, Part])[], onSelect: () => void) {
  let current = 0;
  const pages = parts.map(([title, part]) =>
    h(
      'div',
      { class: 'tab-page', role: 'tabpanel', 'aria-label': title, id: freshId() },
      part.node,
    ),
  );
  const tabs = parts.map(([title], index) => {
    const tab = button({ class: 'tab', onClick: () => select(index) }, title);
    tab.setAttribute('role', 'tab');
    tab.setAttribute('aria-controls', pages[index]?.id ?? '');
    return tab;
  });
  const mark = (): void => {
    for (const [index, tab] of tabs.entries())
      tab.setAttribute('aria-selected', String(index === current));
    for (const [index, page] of pages.entries()) page.hidden = index !== current;
  };
  const select = (index: number): void => {
    current = index;
    mark();
    onSelect();
  };
  mark();
  return {
    node: h(
      'div',
      { class: 'tabs' },
      h('div', { class: 'tab-bar', role: 'tablist' }, ...tabs),
      ...pages,
    ),
    refresh: async (): Promise<void> => parts[current]?.[1].refresh(),
  };
}

/** The panel; open at once where there is room for it. */
export function createSidePanel(): SidePanel {
  const clock = createClockPanel();
  const tabs = createTabs(
    [
      ['通信记录', createWirePanel()],
      ['故障演练', createFaultPanel()],
    ],
    () => start(tabs.refresh),
  );
  const close = button(
    { class: 'icon-button', label: '收起', onClick: () => open(false) },
    icon('close'),
  );
  const panel = h(
    'aside',
    { class: 'side', 'aria-label': '时钟和记录' },
    h('div', { class: 'side-head' }, h('h2', {}, '业务时钟'), close),
    clock.node,
    tabs.node,
  );
  const shade = button({ class: 'side-shade', label: '收起', onClick: () => open(false) });
  shade.tabIndex = -1;
  const node = h('div', { class: 'side-frame' }, shade, panel);
  let opener: Element | null = null;
  const isWide = (): boolean => window.matchMedia(WIDE).matches;
  const open = (wanted: boolean): void => {
    if (wanted) opener = document.activeElement;
    node.hidden = !wanted;
    if (wanted) start(tabs.refresh);
    if (isWide()) return;
    // Over the chat the panel is like a dialog: the focus goes in and comes back.
    if (wanted) close.focus();
    else if (opener instanceof HTMLElement) opener.focus();
  };
  node.addEventListener('keydown', (event) => {
    const pickerOpen = node.querySelector(':popover-open') !== null;
    if (event.key === 'Escape' && !pickerOpen && !isWide()) open(false);
  });
  open(isWide());
  return {
    node,
    toggle: () => open(node.hidden !== false),
    clockMoved: clock.refresh,
    wireGrown: async () => (node.hidden ? undefined : tabs.refresh()),
  };
}
