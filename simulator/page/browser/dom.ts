/** Building DOM. Text becomes text nodes only; no markup is ever parsed from data. */

export type Child = Node | string | null;

type Attributes = Readonly<Record<string, string | number | boolean | null>>;

/** An element with attributes (`true` = present, `false`/`null` = absent) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) throw new Error('inline event handlers are not allowed');
    if (value === true) node.setAttribute(name, '');
    else if (value !== false && value !== null) node.setAttribute(name, String(value));
  }
  append(node, children);
  return node;
}

/** Appends the children that are not null. */
export function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child !== null) parent.appendChild(typeof child === 'string' ? new Text(child) : child);
  }
}

type ButtonLook = {
  readonly class?: string;
  /** Spoken name of a button that shows only an icon; also its tooltip. */
  readonly label?: string;
  readonly testId?: string;
  readonly disabled?: boolean;
  readonly onClick?: (event: MouseEvent) => void;
};

/** A real button that never submits a page form. */
export function button(look: ButtonLook, ...children: readonly Child[]): HTMLButtonElement {
  const node = h('button', {
    type: 'button',
    class: look.class ?? null,
    'aria-label': look.label ?? null,
    title: look.label ?? null,
    'data-testid': look.testId ?? null,
    disabled: look.disabled === true,
  });
  append(node, children);
  if (look.onClick !== undefined) node.addEventListener('click', look.onClick);
  return node;
}

let lastId = 0;

/** An id that is unique in this page, for `aria-…` references. */
export function freshId(): string {
  lastId += 1;
  return `e${lastId}`;
}

/** Makes `parent` hold exactly `wanted`, in order, without touching nodes that stay. */
export function reconcile(parent: Element, wanted: readonly Element[]): void {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  for (const [index, node] of wanted.entries()) {
    const present = parent.children[index];
    if (present !== node) parent.insertBefore(node, present ?? null);
  }
}

/** The address if it is an absolute http(s) one, else null: `javascript:` and the like never become links. */
export function safeUrl(text: string): string | null {
  const url = URL.parse(text.trim());
  return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url.href : null;
}
