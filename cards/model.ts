/**
 * The neutral card: one value that every surface renders (Lark card, WeCom template card, hosted page, text).
 * It speaks of meaning, never of a platform's components.
 */
import type { Button } from './button.ts';
import type { Chart } from './chart.ts';
import type { Form } from './form.ts';
import type { Link } from './link.ts';

export type Tone = 'neutral' | 'active' | 'attention' | 'alarm' | 'success' | 'closed';

/** A label and its value, e.g. 截止 / 2026年12月10日(周四). */
export type Fact = { readonly label: string; readonly value: string };

/** A row of a list; `button` acts on that row alone. */
export type ListItem = {
  readonly title: string;
  readonly detail?: string;
  readonly button?: Button;
};

export type Block =
  | { readonly kind: 'text'; readonly text: string; readonly muted?: boolean }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | { readonly kind: 'list'; readonly items: readonly ListItem[]; readonly ordered?: boolean }
  | {
      readonly kind: 'table';
      readonly columns: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  | { readonly kind: 'notice'; readonly text: string; readonly tone: Tone }
  | { readonly kind: 'details'; readonly title: string; readonly blocks: readonly Block[] }
  | { readonly kind: 'divider' }
  | { readonly kind: 'buttons'; readonly buttons: readonly Button[] }
  | { readonly kind: 'links'; readonly links: readonly Link[] }
  | { readonly kind: 'chart'; readonly chart: Chart }
  | { readonly kind: 'form'; readonly form: Form };

export type Card = {
  readonly title: string;
  readonly subtitle?: string;
  readonly tone: Tone;
  /** A short tag beside the title, e.g. 待签署. */
  readonly tag?: string;
  /** The line shown in the chat list and in the phone's notification. */
  readonly summary: string;
  readonly blocks: readonly Block[];
};

export type Toast = {
  readonly tone: 'success' | 'info' | 'warning' | 'error';
  readonly text: string;
};

/** What a handler answers: a toast, a card that replaces the clicked one, or messages of its own. */
export type Reply = {
  readonly toast?: Toast;
  readonly replace?: Card;
};
