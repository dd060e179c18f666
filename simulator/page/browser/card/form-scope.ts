/** The fields of one form: their values, the check for required ones, and resetting. */
import type { FormValue } from '../api.ts';

export type FormField = {
  readonly name: string;
  readonly required: boolean;
  /** '' when nothing was filled in. */
  readonly read: () => FormValue;
  readonly reset: () => void;
  readonly markMissing: (missing: boolean) => void;
  readonly focus: () => void;
};

export type FormScope = {
  readonly add: (field: FormField) => void;
  readonly values: () => Record<string, FormValue>;
  /** Marks the required fields that are empty and focuses the first; true when there are none. */
  readonly complete: () => boolean;
  readonly reset: () => void;
};

const isEmpty = (value: FormValue): boolean =>
  value === false || (typeof value !== 'boolean' && value.length === 0);

/** An empty scope; the components of the form add their fields while they are drawn. */
export function createFormScope(): FormScope {
  const fields: FormField[] = [];
  return {
    add: (field) => {
      fields.push(field);
    },
    values: () => Object.fromEntries(fields.map((field) => [field.name, field.read()])),
    complete() {
      const missing = fields.filter((field) => field.required && isEmpty(field.read()));
      for (const field of fields) field.markMissing(missing.includes(field));
      missing[0]?.focus();
      return missing.length === 0;
    },
    reset() {
      for (const field of fields) {
        field.reset();
        field.markMissing(false);
      }
    },
  };
}
