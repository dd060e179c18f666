/** The small parts of a Feishu card: texts, buttons, rows (sheet §3.2–3.6). */
import type { Button } from '../button.ts';
import type { Link } from '../link.ts';
import type { Tone } from '../model.ts';
import type { Namer } from './component-name.ts';
import { shorten } from './escape.ts';

export type LarkNode = { readonly tag: string; readonly [key: string]: unknown };

export type LarkCardJson = {
  readonly schema: '2.0';
  readonly config: {
    readonly update_multi: true;
    readonly enable_forward: false;
    readonly summary: { readonly content: string };
  };
  readonly header: Readonly<Record<string, unknown>>;
  readonly body: { readonly elements: readonly LarkNode[] } & Readonly<Record<string, unknown>>;
};

/** How buttons are laid out: beside each other, below each other, or alone with the name of their row inside. */
export type Layout = 'columns' | 'stacked' | 'named';

/** What drawing one card carries along. */
export type Pen = {
  readonly names: Namer;
  /** The card's marker, which every click hands back, so that the card that answers it can carry it on. */
  readonly marker: string | undefined;
  readonly layout: Layout;
  /** Whether inputs show their help inside. */
  readonly help: boolean;
  /** Takes one of the card's few tables; false when none is left. */
  readonly takeTable: () => boolean;
  /** Takes one of the card's few charts; false when none is left. */
  readonly takeChart: () => boolean;
  /** Where the product's pages stand, without a slash at the end; without it there are no links. */
  readonly pagesAt: string | undefined;
};

const TEXT_LIMIT = 100;
const CONFIRM_LIMIT = 300;

const BUTTON_TYPES = { default: 'default', primary: 'primary_filled', danger: 'danger_filled' };

export const TEMPLATES: Readonly<Record<Tone, string>> = {
  neutral: 'default',
  active: 'blue',
  attention: 'orange',
  alarm: 'red',
  success: 'green',
  closed: 'grey',
};

export const plain = (content: string): LarkNode => ({ tag: 'plain_text', content });

export const markdown = (content: string): LarkNode => ({ tag: 'markdown', content });

/** A paragraph exactly as written; `muted` for what may be overlooked. */
export const paragraph = (text: string, muted = false): LarkNode => ({
  tag: 'div',
  text: muted ? { ...plain(text), text_size: 'notation', text_color: 'grey' } : plain(text),
});

/** A button; its action travels both in its value and in its name (sheet §2.11). */
export function drawButton(pen: Pen, button: Button): LarkNode {
  const { id, payload } = button.action;
  const marked = pen.marker === undefined ? {} : { k: pen.marker };
  return {
    tag: 'button',
    name: pen.names.forAction(button.action),
    type: BUTTON_TYPES[button.style],
    text: plain(shorten(button.text, TEXT_LIMIT - 1)),
    ...(button.confirm === undefined ? {} : { confirm: drawConfirm(button.confirm) }),
    behaviors: [{ type: 'callback', value: { a: id, p: payload, ...marked } }],
  };
}

const drawConfirm = (confirm: NonNullable<Button['confirm']>) => ({
  title: plain(shorten(confirm.title, TEXT_LIMIT - 1)),
  text: plain(shorten(confirm.text, CONFIRM_LIMIT)),
});

/** Buttons beside each other, wrapping where the screen is narrow. */
export function drawButtons(pen: Pen, buttons: readonly LarkNode[]): readonly LarkNode[] {
  if (pen.layout !== 'columns' || buttons.length < 2) return buttons;
  const columns = buttons.map((button) => column([button], { width: 'auto' }));
  return [columnSet(columns, { flex_mode: 'flow', horizontal_spacing: 'medium' })];
}

/** Buttons that open a page; they call nobody back (sheet §5.6). */
export function drawLinks(pen: Pen, links: readonly Link[]): readonly LarkNode[] {
  if (pen.pagesAt === undefined) return [];
  const nodes = links.map(
    (link): LarkNode => ({
      tag: 'button',
      name: pen.names.forField('link'),
      type: 'default',
      text: plain(shorten(link.text, TEXT_LIMIT - 1)),
      behaviors: [{ type: 'open_url', default_url: `${pen.pagesAt}${link.page}` }],
    }),
  );
  return drawButtons(pen, nodes);
}

type Look = Readonly<Record<string, unknown>>;

export const column = (elements: readonly LarkNode[], look: Look): LarkNode => ({
  tag: 'column',
  ...look,
  elements,
});

export const columnSet = (columns: readonly LarkNode[], look: Look): LarkNode => ({
  tag: 'column_set',
  ...look,
  columns,
});
