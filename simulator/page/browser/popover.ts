/** Menus and pickers that open from a button, in the browser's top layer so that no scroll area cuts them off. */

type PopoverWishes = {
  /** At least as wide as the trigger. */
  readonly matchWidth?: boolean;
  readonly onOpen?: () => void;
  readonly onClose?: () => void;
  /** The element the popover is placed at, when it is not the trigger. */
  readonly anchor?: HTMLElement;
};

const GAP = 4;

function place(anchor: HTMLElement, content: HTMLElement, matchWidth: boolean): void {
  const box = anchor.getBoundingClientRect();
  const style = content.style;
  style.minWidth = matchWidth ? `${box.width}px` : '';
  const { offsetWidth: width, offsetHeight: height } = content;
  const below = window.innerHeight - box.bottom - GAP;
  const above = box.top - GAP;
  const top = height <= below || below >= above ? box.bottom + GAP : box.top - GAP - height;
  const left = Math.min(box.left, window.innerWidth - width - 8);
  style.top = `${Math.max(8, Math.min(top, window.innerHeight - height - 8))}px`;
  style.left = `${Math.max(8, left)}px`;
}

/** Lets `trigger` open and close `content`; Escape and a click elsewhere close it. `content` must be put into the page by the caller. */
export function attachPopover(
  trigger: HTMLButtonElement,
  content: HTMLElement,
  wishes: PopoverWishes = {},
): void {
  const anchor = wishes.anchor ?? trigger;
  const follow = (): void => place(anchor, content, wishes.matchWidth === true);
  const followScroll = (event: Event): void => {
    if (!(event.target instanceof Node && content.contains(event.target))) follow();
  };
  content.popover = 'auto';
  content.classList.add('popover');
  trigger.popoverTargetElement = content;
  trigger.setAttribute('aria-expanded', 'false');
  content.addEventListener('beforetoggle', (event) => {
    const open = event.newState === 'open';
    trigger.setAttribute('aria-expanded', String(open));
    if (!open) {
      document.removeEventListener('scroll', followScroll, true);
      window.removeEventListener('resize', follow);
      wishes.onClose?.();
      return;
    }
    document.addEventListener('scroll', followScroll, true);
    window.addEventListener('resize', follow);
    requestAnimationFrame(() => {
      follow();
      wishes.onOpen?.();
    });
  });
}

/** Arrow keys, Home and End walk over the buttons of `list`. */
export function walkWithArrows(list: HTMLElement, selector: string): void {
  list.addEventListener('keydown', (event) => {
    const items = [...list.querySelectorAll<HTMLElement>(selector)];
    const at = items.findIndex((item) => item.matches(':focus'));
    const last = items.length - 1;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: Math.min(at + 1, last),
      ArrowUp: Math.max(at - 1, 0),
      Home: 0,
      End: last,
    };
    const target = moves[event.key];
    if (target === undefined) return;
    event.preventDefault();
    items[target]?.focus();
  });
}
