/** A person at the simulated messenger: reads and clicks by what is visible, never by ids. */
import {
  type CardNode,
  callbackValue,
  callsBack,
  nodesOf,
  submits,
} from '../../simulator/lark/card-walk.ts';
import { bareLabel, labelOf, wordsOf } from '../../simulator/lark/card-words.ts';
import type { ClickInput } from '../../simulator/lark/click-action.ts';
import { type FormValue, isField } from '../../simulator/lark/click-values.ts';
import type { ShownMessage } from '../../simulator/lark/client.ts';
import { isJson, type Json } from '../../simulator/lark/model.ts';
import type { LarkSimulator } from '../../simulator/lark/simulator.ts';

export type SeenCard = { readonly messageId: string; readonly card: Json };

type ClickResult = {
  readonly toast: { readonly type: string; readonly content: string } | null;
  readonly error: { readonly code: string; readonly text: string } | null;
  /** The clicked message as it looks afterwards. */
  readonly card: SeenCard;
};

type ClickOptions = {
  /** Inputs by visible label; options by their visible text. */
  readonly values?: Readonly<Record<string, string | readonly string[] | boolean>>;
  /** The card to click in, as it was seen; the newest one if left out. */
  readonly card?: SeenCard;
};

export type Person = {
  readonly openId: string;
  say(text: string): Promise<void>;
  enter(): Promise<void>;
  /** Presses a menu item by its key. */
  menu(key: string): Promise<void>;
  /** Oldest first. */
  messages(): Promise<readonly ShownMessage[]>;
  /** Oldest first. */
  cards(): Promise<readonly SeenCard[]>;
  /** @throws when there is no card yet */
  lastCard(): Promise<SeenCard>;
  /** All visible words, one per line. */
  textOf(card: SeenCard): string;
  /** The texts of all buttons. */
  buttons(card: SeenCard): readonly string[];
  /** Labels of the inputs. */
  labels(card: SeenCard): readonly string[];
  /** Clicks the first button whose text starts with `words`. @throws when there is none */
  click(words: string, options?: ClickOptions): Promise<ClickResult>;
  /** Forwards the newest (or given) card; null = done, otherwise the client's refusal. */
  forward(to: string, card?: SeenCard): Promise<string | null>;
};

const contentOf = (value: unknown): string => (isJson(value) ? String(value['content'] ?? '') : '');

const buttonNodes = (card: Json): readonly CardNode[] =>
  nodesOf(card).filter(({ tag }) => tag === 'button');

function defaultOf(field: Json): FormValue {
  const options = Array.isArray(field['options']) ? field['options'].filter(isJson) : [];
  const index = field['initial_index'];
  const byIndex = typeof index === 'number' ? options[index - 1]?.['value'] : undefined;
  const candidates = [
    field['default_value'],
    field['initial_option'],
    byIndex,
    field['initial_date'],
    field['initial_time'],
    field['initial_datetime'],
  ];
  if (String(field['tag']).startsWith('multi_')) {
    const selected = field['selected_values'];
    return Array.isArray(selected) ? selected.map(String) : [];
  }
  if (field['tag'] === 'checker') return field['checked'] === true;
  return String(candidates.find((item) => typeof item === 'string') ?? '');
}

function optionFor(field: Json, names: ReadonlyMap<string, string>, text: string): string {
  const options = Array.isArray(field['options']) ? field['options'].filter(isJson) : [];
  const person = names.get(text);
  const found =
    options.find((option) => contentOf(option['text']) === text) ??
    options.find((option) => option['value'] === text || option['value'] === person);
  if (found !== undefined) return String(found['value']);
  const offered = options.map((option) => contentOf(option['text'])).join('、');
  throw new Error(`no option "${text}"; offered: ${offered}`);
}

function valueFor(
  field: Json,
  names: ReadonlyMap<string, string>,
  given: string | readonly string[] | boolean,
): FormValue {
  if (!String(field['tag']).includes('select_')) return given;
  if (typeof given === 'boolean') throw new Error('a select takes the text of an option');
  if (typeof given === 'string') {
    const one = given === '' ? '' : optionFor(field, names, given);
    if (!String(field['tag']).startsWith('multi_')) return one;
    return one === '' ? [] : [one];
  }
  return given.map((text) => optionFor(field, names, text));
}

function formValues(
  card: Json,
  form: Json,
  names: ReadonlyMap<string, string>,
  values: NonNullable<ClickOptions['values']>,
): Record<string, FormValue> {
  const fields = nodesOf(card).filter((item) => item.form === form && isField(item.node));
  const result = Object.fromEntries(
    fields.map(({ node }) => [String(node['name']), defaultOf(node)]),
  );
  const byLabel = new Map(fields.map(({ node }) => [labelOf(card, node) ?? '', node]));
  for (const [label, given] of Object.entries(values)) {
    const field = byLabel.get(bareLabel(label));
    if (field === undefined) {
      throw new Error(`no input "${label}"; there are: ${[...byLabel.keys()].join('、')}`);
    }
    result[String(field['name'])] = valueFor(field, names, given);
  }
  return result;
}

function buttonWith(card: Json, words: string): CardNode {
  const all = buttonNodes(card);
  const found = all.find(({ node }) => contentOf(node['text']).startsWith(words));
  if (found !== undefined) return found;
  const there = all.map(({ node }) => contentOf(node['text'])).join('、');
  throw new Error(`no button "${words}"; there are: ${there}`);
}

function inputOf(
  seen: SeenCard,
  { node, form }: CardNode,
  names: ReadonlyMap<string, string>,
  values: NonNullable<ClickOptions['values']>,
): ClickInput {
  const filled = form !== null && submits(node);
  const value = callbackValue(node);
  return {
    messageId: seen.messageId,
    tag: 'button',
    ...(typeof node['name'] === 'string' ? { name: node['name'] } : {}),
    ...(value === undefined ? {} : { value }),
    ...(filled ? { formValue: formValues(seen.card, form, names, values) } : {}),
  };
}

/** The person with `openId` at `sim`. */
export function personOf(sim: LarkSimulator, openId: string): Person {
  const { client } = sim;
  const known = async (done: Promise<boolean>): Promise<void> => {
    if (!(await done)) throw new Error(`nobody has the id ${openId}, or the menu key is unknown`);
  };
  const messages = async (): Promise<readonly ShownMessage[]> => {
    const list = await client.chat(openId);
    if (list === null) throw new Error(`nobody has the id ${openId}`);
    return list;
  };
  const cards = async (): Promise<readonly SeenCard[]> =>
    (await messages()).flatMap(({ messageId, card }) =>
      card === undefined ? [] : [{ messageId, card }],
    );
  const lastCard = async (): Promise<SeenCard> => {
    const last = (await cards()).at(-1);
    if (last === undefined) throw new Error('no card has arrived yet');
    return last;
  };
  const after = async (clicked: SeenCard): Promise<SeenCard> =>
    (await cards()).find(({ messageId }) => messageId === clicked.messageId) ?? clicked;

  const click = async (words: string, options: ClickOptions = {}): Promise<ClickResult> => {
    const seen = options.card ?? (await lastCard());
    const found = buttonWith(seen.card, words);
    // The client itself opens a link; nothing reaches the server.
    if (!callsBack(found.node) && found.node['disabled'] !== true) {
      return { toast: null, error: null, card: seen };
    }
    const names = new Map((await client.people()).map((item) => [item.name, item.openId]));
    const outcome = await client.click(openId, inputOf(seen, found, names, options.values ?? {}));
    return { toast: outcome.toast ?? null, error: outcome.error ?? null, card: await after(seen) };
  };

  return {
    openId,
    say: (text) => known(client.say(openId, text)),
    enter: () => known(client.enter(openId)),
    menu: (key) => known(client.menu(openId, key)),
    messages,
    cards,
    lastCard,
    textOf: ({ card }) => wordsOf(card).join('\n'),
    buttons: ({ card }) => buttonNodes(card).map(({ node }) => contentOf(node['text'])),
    labels: ({ card }) =>
      nodesOf(card)
        .filter(({ node }) => isField(node))
        .map(({ node }) => labelOf(card, node) ?? ''),
    click,
    forward: async (to, card) => {
      const { messageId } = card ?? (await lastCard());
      const outcome = await client.forward(openId, messageId, to);
      return outcome.ok ? null : outcome.text;
    },
  };
}
