/** Takes out of user text what no person types and no database stores: control characters and broken surrogates. */
import type { FormValues } from '../cards/form.ts';

/** Control and invisible formatting characters except line breaks, tabs and the joiner inside emoji. */
const INVISIBLE = /(?![\n\t\u200d])[\p{Cc}\p{Cf}]/gu;

/** `text` without control and direction characters; line breaks become `\n`. */
export const cleanText = (text: string): string =>
  text.toWellFormed().replaceAll('\r\n', '\n').replaceAll('\r', '\n').replace(INVISIBLE, '');

/** Every submitted value cleaned. */
export function cleanValues(values: FormValues): FormValues {
  const entries = Object.entries(values).map(([name, value]) => [name, cleanValue(value)] as const);
  return Object.fromEntries(entries);
}

function cleanValue(value: FormValues[string] | undefined): FormValues[string] {
  if (typeof value === 'string') return cleanText(value);
  return typeof value === 'object' ? value.map(cleanText) : value === true;
}
