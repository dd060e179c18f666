/** The neutral form: fields, their limits and their help; every surface draws it from this one value. */
import type { Button } from './button.ts';

export type Choice = { readonly value: string; readonly text: string };

type FieldBase = {
  /** Key in the submitted values; `[a-z][A-Za-z0-9]*`, unique in the card. */
  readonly name: string;
  /** The visible label; a refusal names it. */
  readonly label: string;
  readonly help?: string;
  readonly required?: boolean;
};

export type Field =
  | (FieldBase & { readonly kind: 'text'; readonly maxLength: number; readonly value?: string })
  | (FieldBase & { readonly kind: 'longText'; readonly maxLength: number; readonly value?: string })
  | (FieldBase & { readonly kind: 'number'; readonly value?: string })
  /** A calendar day, `YYYY-MM-DD`. */
  | (FieldBase & { readonly kind: 'date'; readonly value?: string })
  | (FieldBase & {
      readonly kind: 'single';
      readonly choices: readonly Choice[];
      readonly value?: string;
    })
  | (FieldBase & {
      readonly kind: 'multiple';
      readonly choices: readonly Choice[];
      readonly value?: readonly string[];
    });

export type Form = {
  /** Unique in the card. */
  readonly name: string;
  readonly fields: readonly Field[];
  /** Every button here submits the fields with its action. */
  readonly buttons: readonly Button[];
};

/** Submitted values by field name; a field left empty is missing, `''` or `[]` alike. */
export type FormValues = Readonly<Record<string, string | readonly string[] | boolean>>;
