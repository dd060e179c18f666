/** How a card that is too large becomes smaller, step by step: first prose, then lists, then comfort, never an action. */
import type { Layout } from './lark-node.ts';

export type Step = {
  /** Characters a text keeps. */
  readonly text: number;
  /** Rows without a button that a list or a table keeps. */
  readonly items: number;
  /** Choices a select keeps. */
  readonly choices: number;
  /** Characters up to which an input still shows what was saved; a longer text is left out, never cut. */
  readonly values: number;
  /** Characters a button or a label keeps. */
  readonly words: number;
  readonly layout: Layout;
  readonly help: boolean;
  readonly prose: boolean;
  /** Which buttons still ask before they act. */
  readonly confirm: 'all' | 'danger' | 'none';
};

const FULL: Step = {
  text: 20_000,
  items: 200,
  choices: 100,
  values: 1000,
  words: 99,
  layout: 'columns',
  help: true,
  prose: true,
  confirm: 'all',
};

const ROOMY: Step = { ...FULL, text: 300, items: 30 };
const TIGHT: Step = { ...ROOMY, text: 120, items: 8, layout: 'stacked', choices: 60, words: 60 };
const SPARE: Step = { ...TIGHT, text: 60, items: 3, layout: 'named', help: false, choices: 30 };
const BARE: Step = { ...SPARE, prose: false, choices: 8, values: 150, words: 24 };

/** From the full card to the bare one. */
export const LADDER: readonly [Step, ...Step[]] = [
  FULL,
  { ...FULL, text: 1500, items: 100 },
  { ...FULL, text: 600, items: 50 },
  ROOMY,
  { ...ROOMY, text: 150, items: 12 },
  TIGHT,
  { ...TIGHT, text: 80, items: 4, help: false, choices: 40 },
  SPARE,
  { ...SPARE, choices: 15, values: 400 },
  BARE,
  { ...BARE, choices: 4, values: 0 },
  { ...BARE, choices: 3, values: 0, words: 16, confirm: 'danger' },
  { ...BARE, choices: 2, values: 0, words: 10, confirm: 'none' },
];
