/** An input for a day, a time or both: typed, or picked from a calendar and two columns of numbers. */
import { businessNow, clockTime, isoDay } from '../business-time.ts';
import { button, h } from '../dom.ts';
import { icon } from '../icons.ts';
import { attachPopover } from '../popover.ts';
import { createCalendar } from './calendar.ts';
import { type MomentKind, readMoment, writeMoment } from './moment.ts';
import { createTimeColumns } from './time-columns.ts';

export type MomentInput = {
  readonly node: HTMLElement;
  readonly entry: HTMLInputElement;
  /** `YYYY-MM-DD`, `HH:mm`, `YYYY-MM-DD HH:mm`, or '' when empty. */
  readonly value: () => string;
  readonly set: (value: string) => void;
};

type Wishes = {
  readonly kind: MomentKind;
  readonly label: string;
  readonly disabled: boolean;
  readonly onChange: (value: string) => void;
};

const today = (): string | null => {
  const now = businessNow();
  return now === null ? null : isoDay(now);
};

const START_OF_WORK = '09:00';

/** The parts the picker starts with when nothing is chosen yet. */
function startingPoint(): { day: string; time: string } {
  const now = businessNow();
  return {
    day: today() ?? '2026-01-01',
    time: now === null ? START_OF_WORK : `${clockTime(now).slice(0, 2)}:00`,
  };
}

function splitMoment(kind: MomentKind, value: string): { day: string; time: string } {
  const start = startingPoint();
  if (value === '') return start;
  if (kind === 'time') return { day: start.day, time: value };
  return { day: value.slice(0, 10), time: kind === 'datetime' ? value.slice(11) : start.time };
}

const joinMoment = (kind: MomentKind, day: string, time: string): string =>
  kind === 'date' ? day : kind === 'time' ? time : `${day} ${time}`;

/** The panel behind the button of the input. `pick` gets every choice, `done` ends choosing. */
function createPanel(
  kind: MomentKind,
  current: () => string,
  pick: (value: string) => void,
  done: () => void,
) {
  let parts = splitMoment(kind, '');
  const choose = (change: Partial<typeof parts>): void => {
    parts = { ...parts, ...change };
    pick(joinMoment(kind, parts.day, parts.time));
    show();
    if (kind === 'date') done();
  };
  const calendar = createCalendar(today, (day) => choose({ day }));
  const columns = createTimeColumns((time) => choose({ time }));
  const node = h('div', { class: 'picker' });
  const show = (): void => {
    calendar.show(parts.day, current() !== '');
    columns.show(parts.time);
  };
  const sides = h('div', { class: 'picker-sides' });
  if (kind !== 'time') sides.append(calendar.node);
  if (kind !== 'date') sides.append(columns.node);
  node.append(sides);
  if (kind !== 'date') {
    const finish = (): void => {
      pick(joinMoment(kind, parts.day, parts.time));
      done();
    };
    node.append(
      h(
        'div',
        { class: 'picker-bar' },
        button({ class: 'btn btn-primary_filled', onClick: finish }, '确定'),
      ),
    );
  }
  const open = (): void => {
    parts = splitMoment(kind, current());
    show();
    if (kind === 'time') columns.focus();
    else calendar.focus();
  };
  return { node, open };
}

/** The input; what cannot be read as a moment is taken back when the input is left. */
export function createMomentInput(wishes: Wishes): MomentInput {
  const { kind, disabled } = wishes;
  let kept = '';
  const entry = h('input', {
    class: 'field',
    type: 'text',
    autocomplete: 'off',
    placeholder: wishes.label,
    'aria-label': wishes.label,
    disabled,
  });
  const set = (value: string): void => {
    kept = value;
    entry.value = writeMoment(kind, value);
  };
  const change = (value: string): void => {
    const before = kept;
    set(value);
    entry.dispatchEvent(new Event('input', { bubbles: true }));
    if (value !== before) wishes.onChange(value);
  };
  const read = (): string =>
    entry.value.trim() === '' ? '' : (readMoment(kind, entry.value) ?? kept);
  entry.addEventListener('change', () => change(read()));
  const trigger = button(
    {
      class: 'icon-button picker-open',
      label: kind === 'time' ? '选择时间' : '打开日历',
      disabled,
    },
    icon(kind === 'time' ? 'clock' : 'calendar'),
  );
  const panel = createPanel(kind, read, set, () => panel.node.hidePopover());
  const frame = h('div', { class: 'c-moment' }, entry, trigger, panel.node);
  let atOpening = '';
  attachPopover(trigger, panel.node, {
    anchor: frame,
    onOpen: () => {
      atOpening = kept;
      panel.open();
    },
    onClose: () => {
      const value = kept;
      kept = atOpening;
      if (value !== atOpening) change(value);
    },
  });
  return { node: frame, entry, value: read, set };
}
