/** A button: its words, its weight and the action it carries. */
import type { ActionRef } from './action.ts';

export type ButtonStyle = 'default' | 'primary' | 'danger';

export type Button = {
  readonly text: string;
  readonly style: ButtonStyle;
  readonly action: ActionRef;
  /** Asked before the click is sent. */
  readonly confirm?: { readonly title: string; readonly text: string };
};
