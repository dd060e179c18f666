/** A month of days to choose from. Days are `YYYY-MM-DD` texts; no zone is involved. */
import { button, h } from '../dom.ts';
import { icon } from '../icons.ts';

export type Calendar = {
  readonly node: HTMLElement;
  /** Shows the month of `day` and marks it as the chosen one, if it is. */
  readonly show: (day: string, chosen: boolean) => void;
  readonly focus: () => void;
};

const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'];
const DAY_MS = 86_400_000;

const toDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const toMs = (day: string): number => Date.parse(`${day}T00:00:00Z`);

/** `day` moved by whole months, kept inside the month it lands in. */
function addMonths(day: string, by: number): string {
  const date = new Date(toMs(day));
  const wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + by);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(wanted, last));
  return toDay(date.getTime());
}

/** The six weeks around the month of `day`, Monday first. */
function weeksOf(day: string): readonly string[] {
  const first = toMs(`${day.slice(0, 7)}-01`);
  const monday = first - ((new Date(first).getUTCDay() + 6) % 7) * DAY_MS;
  return Array.from({ length: 42 }, (_, index) => toDay(monday + index * DAY_MS));
}

const KEY_MOVES: Readonly<Record<string, (day: string) => string>> = {
  ArrowLeft: (day) => toDay(toMs(day) - DAY_MS),
  ArrowRight: (day) => toDay(toMs(day) + DAY_MS),
  ArrowUp: (day) => toDay(toMs(day) - 7 * DAY_MS),
  ArrowDown: (day) => toDay(toMs(day) + 7 * DAY_MS),
  PageUp: (day) => addMonths(day, -1),
  PageDown: (day) => addMonths(day, 1),
};

/** 2026年9月 */
const monthTitle = (day: string): string => `${day.slice(0, 4)}年${Number(day.slice(5, 7))}月`;

/** `today` is marked; `onPick` gets the chosen day. */
export function createCalendar(
  today: () => string | null,
  onPick: (day: string) => void,
): Calendar {
  let shown = '2026-01-01';
  let chosen: string | null = null;
  const title = h('span', { class: 'calendar-title', 'aria-live': 'polite' });
  const grid = h('div', { class: 'calendar-grid' });

  const dayButton = (day: string): HTMLButtonElement => {
    const node = button(
      { class: 'calendar-day', onClick: () => onPick(day) },
      String(Number(day.slice(8))),
    );
    node.dataset['day'] = day;
    node.tabIndex = day === shown ? 0 : -1;
    node.setAttribute('aria-label', `${monthTitle(day)}${Number(day.slice(8))}日`);
    node.setAttribute('aria-pressed', String(day === chosen));
    node.classList.toggle('calendar-other', day.slice(0, 7) !== shown.slice(0, 7));
    node.classList.toggle('calendar-today', day === today());
    return node;
  };
  const draw = (): void => {
    title.textContent = monthTitle(shown);
    const heads = WEEKDAYS.map((name) =>
      h('span', { class: 'calendar-head', 'aria-hidden': 'true' }, name),
    );
    grid.replaceChildren(...heads, ...weeksOf(shown).map(dayButton));
  };
  const focus = (): void => grid.querySelector<HTMLElement>(`[data-day="${shown}"]`)?.focus();
  const turn = (by: number): void => {
    shown = addMonths(shown, by);
    draw();
  };
  grid.addEventListener('keydown', (event) => {
    const move = KEY_MOVES[event.key];
    if (move === undefined) return;
    event.preventDefault();
    shown = move(shown);
    draw();
    focus();
  });
  const node = h(
    'div',
    { class: 'calendar', role: 'group', 'aria-label': '选择日期' },
    h(
      'div',
      { class: 'calendar-bar' },
      button({ class: 'icon-button', label: '上个月', onClick: () => turn(-1) }, icon('left')),
      title,
      button({ class: 'icon-button', label: '下个月', onClick: () => turn(1) }, icon('right')),
    ),
    grid,
  );
  return {
    node,
    show(day, isChosen) {
      shown = day;
      chosen = isChosen ? day : null;
      draw();
    },
    focus,
  };
}
