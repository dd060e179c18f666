/** The business clock: shown, moved forward, set. */
import { type ClockMove, fetchClock, moveClock } from './api.ts';
import {
  businessNow,
  chineseDateTime,
  clockTime,
  instantOf,
  setBusinessNow,
  shortDay,
  toMs,
} from './business-time.ts';
import { createMomentInput } from './card/moment-input.ts';
import { button, h } from './dom.ts';
import { icon } from './icons.ts';
import { showOutcome, showToast, start } from './toast.ts';

export type ClockPanel = {
  readonly node: HTMLElement;
  readonly refresh: () => Promise<void>;
};

const TICK_MS = 1000;

/** A small clock that opens the panel. */
export function clockChip(onClick: () => void): HTMLButtonElement {
  const text = h('span', {}, '时钟');
  const chip = button({ class: 'clock-chip', onClick }, icon('clock'), text);
  chip.title = '打开时钟和记录';
  onTick((now) => {
    text.textContent = `${shortDay(now)} ${clockTime(now)}`;
  });
  return chip;
}

const tickers: ((now: number) => void)[] = [];

/** Calls `show` every second and whenever the clock was moved. */
function onTick(show: (now: number) => void): void {
  tickers.push(show);
}

/** Lets all clocks of the page show the current business time. */
export function tick(): void {
  const now = businessNow();
  if (now !== null) for (const show of tickers) show(now);
}

/** The part of the side panel that shows and moves the clock. */
export function createClockPanel(): ClockPanel {
  const shown = h('p', { class: 'clock-now', 'data-testid': 'clock-now' }, '…');
  const next = h('p', { class: 'clock-next quiet' });
  onTick((now) => {
    shown.textContent = chineseDateTime(now);
  });
  setInterval(tick, TICK_MS);

  const refresh = async (): Promise<void> => {
    const clock = await fetchClock();
    setBusinessNow(clock.now);
    next.textContent =
      clock.next === null ? '没有等待中的提醒' : `下一个提醒：${chineseDateTime(toMs(clock.next))}`;
    toNext.disabled = clock.next === null;
    tick();
  };
  const move = (by: ClockMove): void =>
    start(async () => {
      section.inert = true;
      try {
        if (showOutcome(await moveClock(by))) await refresh();
      } finally {
        section.inert = false;
      }
    });
  const mover = (text: string, testId: string, by: ClockMove): HTMLButtonElement =>
    button({ class: 'btn btn-default', testId, onClick: () => move(by) }, text);

  const toNext = mover('到下一个提醒', 'clock-next', { toNextTimer: true });
  const moment = createMomentInput({
    kind: 'datetime',
    label: '日期和时间',
    disabled: false,
    onChange: () => {},
  });
  const set = (): void => {
    const value = moment.value();
    if (value === '') showToast('warning', '请先填写日期和时间');
    else move({ set: instantOf(value) });
  };
  const section = h(
    'section',
    { class: 'clock', 'aria-label': '业务时钟' },
    shown,
    next,
    h(
      'div',
      { class: 'clock-moves' },
      mover('+1小时', 'clock-hour', { advance: 'PT1H' }),
      mover('+1天', 'clock-day', { advance: 'P1D' }),
      toNext,
    ),
    h(
      'div',
      { class: 'clock-set' },
      moment.node,
      button({ class: 'btn btn-default', testId: 'clock-set', onClick: set }, '设置'),
    ),
  );
  return { node: section, refresh };
}
