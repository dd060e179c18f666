/** What a component needs to know about the card it stands in. */
import type { Click, Person } from '../api.ts';
import type { FormScope } from './form-scope.ts';
import { type Json, objectAt, stringAt } from './json.ts';

export type CardContext = {
  readonly people: readonly Person[];
  readonly nameOf: (openId: string) => string | null;
  /** An expired card or a copy that may not be operated: everything is shown, nothing can be clicked. */
  readonly frozen: boolean;
  /** Sends a click; false when it failed. */
  readonly click: (click: Click) => Promise<boolean>;
  readonly form: FormScope | null;
  /** `config.style` of the card: names for sizes and colours. */
  readonly style: Json;
  readonly render: (elements: readonly Json[], context: CardContext) => HTMLElement[];
};

/** Draws one component. */
export type Renderer = (spec: Json, context: CardContext) => HTMLElement;

const TEXT_SIZES: Readonly<Record<string, number>> = {
  'heading-0': 30,
  'heading-1': 24,
  'heading-2': 20,
  'heading-3': 18,
  'heading-4': 16,
  heading: 16,
  normal: 14,
  notation: 12,
  'xxxx-large': 30,
  'xxx-large': 24,
  'xx-large': 20,
  'x-large': 18,
  large: 16,
  medium: 14,
  small: 12,
  'x-small': 10,
};

/** The size of a text in px; unknown names fall back to the normal size. */
export function textSize(name: string, context: CardContext): number {
  const custom = objectAt(objectAt(context.style, 'text_size') ?? {}, name);
  const key = custom === null ? name : stringAt(custom, 'pc', stringAt(custom, 'default'));
  return TEXT_SIZES[key] ?? 14;
}

const TONES = new Set([
  'blue',
  'wathet',
  'turquoise',
  'green',
  'lime',
  'yellow',
  'orange',
  'red',
  'carmine',
  'violet',
  'purple',
  'indigo',
  'grey',
]);

/** The class of a platform colour (`red`, `red-600`, …), or null when it is none of them. */
export function toneClass(colour: string): string | null {
  const name = colour.toLowerCase().replace(/-\d+$/, '');
  if (name === 'neutral') return 'tone-grey';
  return TONES.has(name) ? `tone-${name}` : null;
}

/** A colour the card defines itself, as CSS; '' when `name` is not one. The style engine takes colours only. */
function customColour(name: string, context: CardContext): string {
  const custom = objectAt(objectAt(context.style, 'color') ?? {}, name);
  return custom === null ? '' : stringAt(custom, 'light_mode');
}

/** Colours the text of `node`. */
export function paintText(node: HTMLElement, colour: string, context: CardContext): void {
  const tone = toneClass(colour);
  if (tone !== null) node.classList.add(tone, 'tone-text');
  else node.style.color = customColour(colour, context);
}

/** Colours the background of `node`. */
export function paintBackground(node: HTMLElement, colour: string, context: CardContext): void {
  const tone = toneClass(colour);
  if (tone !== null) node.classList.add(tone, 'tone-background');
  else if (colour === 'laser') node.classList.add('laser-background');
  else node.style.backgroundColor = customColour(colour, context);
}
