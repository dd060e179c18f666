/** Walks a card's tagged nodes in reading order. */
import { isJson, type Json } from './model.ts';

export type CardNode = {
  readonly node: Json;
  readonly tag: string;
  readonly path: string;
  /** Tags of the components around it, outermost first. */
  readonly parents: readonly string[];
  readonly form: Json | null;
};

/** Members whose content belongs to the developer, not to the card: a `tag` in there means nothing. */
const opaque = new Set(['value', 'rows', 'chart_spec', 'behaviors', 'i18n_content', 'style']);

type Around = { readonly parents: readonly string[]; readonly form: Json | null };

function* walk(value: unknown, path: string, around: Around): Generator<CardNode> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* walk(item, `${path}[${index}]`, around);
    return;
  }
  if (!isJson(value)) return;
  let inside = around;
  if (typeof value['tag'] === 'string') {
    const tag = value['tag'];
    yield { node: value, tag, path, ...around };
    inside = {
      parents: [...around.parents, tag],
      form: tag === 'form' ? value : around.form,
    };
  }
  for (const [key, child] of Object.entries(value)) {
    if (!opaque.has(key)) yield* walk(child, `${path} -> ${key}`, inside);
  }
}

/** Every node with a `tag`: components and text objects, header included. */
export const nodesOf = (card: Json): readonly CardNode[] => [
  ...walk(card, 'ROOT', { parents: [], form: null }),
];

/** Components a person can act on. */
export const interactiveTags: ReadonlySet<string> = new Set([
  'input',
  'select_static',
  'multi_select_static',
  'select_person',
  'multi_select_person',
  'date_picker',
  'picker_time',
  'picker_datetime',
  'button',
  'checker',
  'overflow',
]);

/** The value a callback of this component carries; undefined when it has none. */
export function callbackValue(node: Json): unknown {
  const behaviors = Array.isArray(node['behaviors']) ? node['behaviors'] : [];
  for (const behavior of behaviors) {
    if (isJson(behavior) && behavior['type'] === 'callback') return behavior['value'];
  }
  return node['value'];
}

/** Whether acting on this component reaches the server (§3.6): a checker only with a callback, links never. */
export function callsBack(node: Json): boolean {
  const behaviors = Array.isArray(node['behaviors']) ? node['behaviors'] : null;
  if (behaviors === null || behaviors.length === 0) {
    return node['tag'] !== 'checker' && node['tag'] !== 'interactive_container';
  }
  return behaviors.some((item) => isJson(item) && item['type'] === 'callback');
}

/** Option values of a select; empty when the component lists none. */
export function optionValues(node: Json): readonly string[] {
  const options = Array.isArray(node['options']) ? node['options'] : [];
  return options.flatMap((item) =>
    isJson(item) && typeof item['value'] === 'string' ? [item['value']] : [],
  );
}

/** Whether this button submits the form around it, in the present or the deprecated spelling. */
export const submits = (node: Json): boolean =>
  node['tag'] === 'button' &&
  (node['form_action_type'] === 'submit' || node['action_type'] === 'form_submit');

/** Whether this button only resets its form. */
export const resets = (node: Json): boolean =>
  node['form_action_type'] === 'reset' || node['action_type'] === 'form_reset';
