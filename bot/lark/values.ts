/** What a card's inputs send back, as neutral form values (sheet §3.7). */
import type { FormValues } from '../../cards/form.ts';
import { fieldOf } from '../../cards/render/component-name.ts';

type Value = FormValues[string];

const DATE_WITH_OFFSET = /^(\d{4}-\d{2}-\d{2}) [+-]\d{2}:?\d{2}$/;

/** Text a database can hold: no NUL, no half of a surrogate pair. */
export const cleanText = (text: string): string =>
  text.isWellFormed() && !text.includes('\u0000')
    ? text
    : text.toWellFormed().replaceAll('\u0000', '');

/**
 * Turns raw component values into form values by field name. Names no field can have are left out,
 * and so is everything empty: the platform writes an empty field as missing, '', null or [].
 */
export function formValuesOf(raw: Readonly<Record<string, unknown>>): FormValues {
  // No name of a field can reach the prototype.
  const values: Record<string, Value> = {};
  for (const [name, given] of Object.entries(raw)) {
    const field = fieldOf(name);
    const value = formValue(given);
    if (field !== null && value !== null) values[field] = value;
  }
  return values;
}

function formValue(given: unknown): Value | null {
  if (typeof given === 'boolean') return given;
  if (typeof given === 'number') return String(given);
  if (typeof given === 'string') return textOf(given);
  return Array.isArray(given) ? listOf(given) : null;
}

/** A picked day arrives as `2026-02-01 +0800`; the day is what the user saw (§3.7). */
function textOf(given: string): string | null {
  const text = DATE_WITH_OFFSET.exec(given)?.[1] ?? cleanText(given);
  return text === '' ? null : text;
}

function listOf(given: readonly unknown[]): readonly string[] | null {
  const texts = given.filter((item) => typeof item === 'string').map(cleanText);
  const filled = texts.filter((text) => text !== '');
  return filled.length === 0 ? null : filled;
}
