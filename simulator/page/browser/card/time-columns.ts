/** Hours and minutes side by side. */
import { button, h } from '../dom.ts';
import { walkWithArrows } from '../popover.ts';

export type TimeColumns = {
  readonly node: HTMLElement;
  readonly show: (time: string) => void;
  readonly focus: () => void;
};

const MINUTE_STEP = 5;

const numbers = (end: number, step: number): readonly string[] =>
  Array.from({ length: end / step }, (_, index) => String(index * step).padStart(2, '0'));

type Column = { readonly node: HTMLElement; readonly mark: (value: string) => void };

function createColumn(
  label: string,
  values: readonly string[],
  pick: (value: string) => void,
): Column {
  const cells = values.map((value) => {
    const node = button({ class: 'time-cell', onClick: () => pick(value) }, value);
    node.setAttribute('aria-label', `${Number(value)}${label}`);
    return node;
  });
  const node = h('div', { class: 'time-column', role: 'group', 'aria-label': label }, ...cells);
  walkWithArrows(node, '.time-cell');
  return {
    node,
    mark(wanted) {
      for (const [index, cell] of cells.entries()) {
        const chosen = values[index] === wanted;
        cell.setAttribute('aria-pressed', String(chosen));
        if (chosen) node.scrollTop = Math.max(0, index * cell.offsetHeight - node.clientHeight / 3);
      }
    },
  };
}

/** `onPick` gets `HH:mm` after every choice. */
export function createTimeColumns(onPick: (time: string) => void): TimeColumns {
  let current = '00:00';
  const hours = createColumn('时', numbers(24, 1), (hour) => onPick(hour + current.slice(2)));
  const minutes = createColumn('分', numbers(60, MINUTE_STEP), (minute) =>
    onPick(`${current.slice(0, 3)}${minute}`),
  );
  const node = h('div', { class: 'time-columns' }, hours.node, minutes.node);
  return {
    node,
    show(time) {
      current = time;
      hours.mark(time.slice(0, 2));
      minutes.mark(time.slice(3, 5));
    },
    focus: () => node.querySelector<HTMLElement>('[aria-pressed=true]')?.focus(),
  };
}
