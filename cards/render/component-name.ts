/** Names of a card's components: they lead a click back to its action and an input back to its field. */
import type { ActionPayload, ActionRef } from '../action.ts';

const SEPARATOR = '__';
/** Ends the key of a value that was a number, since a query string knows only text. */
const NUMBER_MARK = '.';
/** The key that tells two equal actions of one card apart. */
const REPEAT_KEY = '_';
const FIELD = /^([a-z][A-Za-z0-9]{0,63})(?:__\d+)?$/;

/** The name of a button: `<action id>__<payload as a query>`, because some clicks arrive without their value (sheet §2.11). */
export function actionName(action: ActionRef): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(action.payload)) {
    query.append(typeof value === 'number' ? `${key}${NUMBER_MARK}` : key, String(value));
  }
  return `${action.id}${SEPARATOR}${query}`;
}

/** The action a name of `actionName` stands for; null for any other name. */
export function actionOf(name: string): ActionRef | null {
  const at = name.indexOf(SEPARATOR);
  if (at <= 0) return null;
  const payload: [string, string | number][] = [];
  for (const [key, value] of new URLSearchParams(name.slice(at + SEPARATOR.length))) {
    const marked = key.endsWith(NUMBER_MARK);
    if (marked) payload.push([key.slice(0, -NUMBER_MARK.length), Number(value)]);
    else if (key !== REPEAT_KEY) payload.push([key, value]);
  }
  if (payload.some(([, value]) => Number.isNaN(value))) return null;
  const record: ActionPayload = Object.fromEntries(payload);
  return { id: name.slice(0, at), payload: record };
}

/** The field an input's name stands for; null when no field can have it. */
export const fieldOf = (name: string): string | null => FIELD.exec(name)?.[1] ?? null;

export type Namer = {
  readonly forAction: (action: ActionRef) => string;
  readonly forField: (field: string) => string;
};

/** Gives out names that are unique within one card, which the platform demands (sheet §3.5). */
export function createNamer(): Namer {
  const taken = new Set<string>();
  const unique = (first: string, nth: (n: number) => string): string => {
    let name = first;
    for (let n = 2; taken.has(name); n += 1) name = nth(n);
    taken.add(name);
    return name;
  };
  return {
    forAction(action) {
      const name = actionName(action);
      const joint = name.endsWith(SEPARATOR) ? '' : '&';
      return unique(name, (n) => `${name}${joint}${REPEAT_KEY}=${n}`);
    },
    forField: (field) => unique(field, (n) => `${field}${SEPARATOR}${n}`),
  };
}
