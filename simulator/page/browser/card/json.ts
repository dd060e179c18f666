/** Reading members of a card, whose shape nobody guarantees: what is missing or of another kind counts as absent. */

export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function objectAt(from: Json, key: string): Json | null {
  const value = from[key];
  return isJson(value) ? value : null;
}

function listAt(from: Json, key: string): readonly unknown[] {
  const value = from[key];
  return Array.isArray(value) ? value : [];
}

export const objectsAt = (from: Json, key: string): readonly Json[] =>
  listAt(from, key).filter(isJson);

export const stringsAt = (from: Json, key: string): readonly string[] =>
  listAt(from, key).filter((value) => typeof value === 'string');

export function stringAt(from: Json, key: string, otherwise = ''): string {
  const value = from[key];
  return typeof value === 'string' ? value : otherwise;
}

export function numberAt(from: Json, key: string): number | null {
  const value = from[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

export function flagAt(from: Json, key: string, otherwise = false): boolean {
  const value = from[key];
  return typeof value === 'boolean' ? value : otherwise;
}

/** The wording of a text object for a Chinese reader. */
export function wordsAt(from: Json, key: string): string {
  const text = objectAt(from, key);
  if (text === null) return '';
  const translated = objectAt(text, 'i18n_content');
  const chinese = translated === null ? '' : stringAt(translated, 'zh_cn');
  return chinese === '' ? stringAt(text, 'content') : chinese;
}
