/** The list of messages: only what changed is drawn anew, and the reader's place is kept. */
import type { Message } from './api.ts';
import { chineseDay, toMs } from './business-time.ts';
import { h, reconcile } from './dom.ts';
import { type MessageSurroundings, renderMessage } from './message.ts';

export type MessageList = {
  readonly node: HTMLElement;
  readonly show: (messages: readonly Message[], around: MessageSurroundings) => void;
  readonly clear: () => void;
};

type Drawn = { readonly node: HTMLElement; readonly look: string };

/** Closer to the end than this counts as reading the newest message. */
const AT_END_PX = 80;

/** An empty list. */
export function createMessageList(): MessageList {
  const list = h('div', { class: 'messages-inner' });
  const node = h(
    'div',
    { class: 'messages', role: 'log', 'aria-label': '消息记录', tabindex: 0 },
    list,
  );
  const drawn = new Map<string, Drawn>();
  const days = new Map<string, HTMLElement>();
  let fresh = true;

  const dayLine = (day: string): HTMLElement => {
    const known = days.get(day);
    if (known !== undefined) return known;
    const line = h('div', { class: 'day-line' }, h('span', {}, day));
    days.set(day, line);
    return line;
  };

  const drawMessage = (message: Message, around: MessageSurroundings): HTMLElement => {
    const look = JSON.stringify(message);
    const known = drawn.get(message.messageId);
    if (known?.look === look) return known.node;
    const next = renderMessage(message, around);
    const focused = known?.node.contains(document.activeElement) === true;
    known?.node.replaceWith(next);
    // A replaced card takes the focus with it, so that the keyboard does not start again at the top.
    if (focused) next.querySelector<HTMLElement>('.card')?.focus({ preventScroll: true });
    drawn.set(message.messageId, { node: next, look });
    return next;
  };

  const rowsOf = (messages: readonly Message[], around: MessageSurroundings): HTMLElement[] => {
    const rows: HTMLElement[] = [];
    let lastDay = '';
    for (const message of messages) {
      const day = chineseDay(toMs(message.createdAt));
      // Moving the clock back can bring a day twice; its line stays where it stood first.
      if (day !== lastDay && !rows.includes(dayLine(day))) rows.push(dayLine(day));
      lastDay = day;
      rows.push(drawMessage(message, around));
    }
    return rows;
  };

  return {
    node,
    clear() {
      drawn.clear();
      days.clear();
      list.replaceChildren();
      fresh = true;
    },
    show(messages, around) {
      const atEnd = node.scrollHeight - node.scrollTop - node.clientHeight < AT_END_PX;
      const place = node.scrollTop;
      const newest = messages.at(-1);
      const grown = newest !== undefined && !drawn.has(newest.messageId);
      reconcile(list, rowsOf(messages, around));
      const follow = fresh || (grown && (atEnd || newest.from === 'user'));
      fresh = false;
      node.scrollTop = follow ? node.scrollHeight : place;
    },
  };
}
