/** Card JSON 2.0: rules that span components: placement, nesting, counts, names, options (§3.1, §3.3, §3.5). */

import { type CardNode, interactiveTags, nodesOf, optionValues, submits } from './card-walk.ts';
import { isJson, type Json } from './model.ts';

/** A refusal of the card; `code` is the number in `ErrCode:` of 230099. */
export type CardProblem = {
  readonly code: number;
  readonly message: string;
  readonly value?: string;
};

/** What only the tenant can tell. */
export type CardFacts = {
  readonly imageKnown: (key: string) => boolean;
  readonly personKnown: (openId: string) => boolean;
};

const maxNodes = 200;
const maxTables = 5;
const maxMarkdownTables = 4;
const maxDepth = 5;
const containers = new Set(['form', 'column_set', 'interactive_container', 'collapsible_panel']);
const formOnly = new Set(['multi_select_static', 'multi_select_person']);
const chartParents = new Set(['column', 'column_set', 'collapsible_panel']);

const problem = (code: number, message: string, value?: string): CardProblem =>
  value === undefined ? { code, message } : { code, message, value };

const separatorRow = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Tables written in markdown count like table components. */
export function markdownTables(content: string): number {
  const lines = content.split('\n');
  return lines.filter(
    (line, index) =>
      line.includes('|') &&
      line.includes('-') &&
      separatorRow.test(line) &&
      (lines[index - 1] ?? '').includes('|'),
  ).length;
}

function checkCounts(nodes: readonly CardNode[]): CardProblem | null {
  if (nodes.length > maxNodes) {
    return problem(11310, 'element exceeds the limit', String(nodes.length));
  }
  let tables = 0;
  for (const { tag, node } of nodes) {
    if (tag === 'table') tables += 1;
    if (tag !== 'markdown' || typeof node['content'] !== 'string') continue;
    const found = markdownTables(node['content']);
    if (found > maxMarkdownTables) {
      return problem(11310, 'card table number over limit', String(found));
    }
    tables += found;
  }
  return tables > maxTables ? problem(11310, 'card table number over limit', String(tables)) : null;
}

function checkPlace({ tag, parents, path, form }: CardNode): CardProblem | null {
  const refused = problem(200621, `${tag} is not allowed here, path: ${path}`);
  if ((tag === 'form' || tag === 'table') && parents.length > 0) return refused;
  if (formOnly.has(tag) && form === null) return refused;
  if (tag === 'chart' && parents.some((parent) => !chartParents.has(parent))) return refused;
  const depth = parents.filter((parent) => containers.has(parent)).length;
  if (containers.has(tag) && depth >= maxDepth) {
    return problem(200621, `containers are nested too deep, path: ${path}`);
  }
  return null;
}

function checkNames(nodes: readonly CardNode[]): CardProblem | null {
  const seen = new Map<string, number>();
  for (const { node } of nodes) {
    const name = node['name'];
    if (typeof name === 'string') seen.set(name, (seen.get(name) ?? 0) + 1);
  }
  for (const { node, tag, form, path } of nodes) {
    if (tag !== 'form' && (form === null || !interactiveTags.has(tag))) continue;
    const name = node['name'];
    if (typeof name !== 'string' || name === '') {
      return problem(200530, `name is empty, path: ${path}`);
    }
    if ((seen.get(name) ?? 0) > 1) return problem(200530, `name is repeated: ${name}`);
  }
  return null;
}

function checkForms(nodes: readonly CardNode[]): CardProblem | null {
  const forms = nodes.filter(({ tag }) => tag === 'form');
  for (const { node, path } of forms) {
    const submitted = nodes.some((other) => other.form === node && submits(other.node));
    if (!submitted) return problem(200621, `form has no submit button, path: ${path}`);
  }
  return null;
}

function checkElementIds(nodes: readonly CardNode[]): CardProblem | null {
  const seen = new Set<string>();
  for (const { node } of nodes) {
    const id = node['element_id'];
    if (typeof id !== 'string') continue;
    if (seen.has(id)) return problem(300301, `element_id is repeated: ${id}`);
    seen.add(id);
  }
  return null;
}

function checkOptions({ node, tag, path }: CardNode): CardProblem | null {
  if (!tag.includes('select_')) return null;
  const values = optionValues(node);
  if (new Set(values).size < values.length) {
    return problem(200621, `option values are repeated, path: ${path}`);
  }
  // Without options a person select offers the chat's members, so nothing can be compared.
  if (tag.endsWith('person') && values.length === 0) return null;
  const selected = node['selected_values'];
  const chosen = Array.isArray(selected) ? selected : [node['initial_option'] ?? ''];
  const foreign = chosen.find((value) => value !== '' && !values.includes(String(value)));
  if (foreign !== undefined) {
    return problem(200621, `initial value is not among the options, path: ${path}`);
  }
  const index = node['initial_index'];
  return typeof index === 'number' && index > values.length
    ? problem(200621, `initial_index is out of range, path: ${path}`)
    : null;
}

const cellFits: Readonly<Record<string, (value: unknown) => boolean>> = {
  text: (value) => typeof value === 'string',
  lark_md: (value) => typeof value === 'string',
  markdown: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  date: (value) => typeof value === 'number',
  options: (value) => typeof value === 'string' || Array.isArray(value),
  persons: (value) => typeof value === 'string' || Array.isArray(value),
};

function checkRows({ node, tag, path }: CardNode): CardProblem | null {
  if (tag !== 'table') return null;
  const columns = Array.isArray(node['columns']) ? node['columns'].filter(isJson) : [];
  const kinds = new Map(columns.map((item) => [String(item['name']), String(item['data_type'])]));
  if (kinds.size < columns.length) {
    return problem(200914, `column names are repeated, path: ${path}`);
  }
  const rows: readonly Json[] = Array.isArray(node['rows']) ? node['rows'].filter(isJson) : [];
  for (const [key, value] of rows.flatMap((row) => Object.entries(row))) {
    const kind = kinds.get(key);
    if (kind === undefined) return problem(200915, `row has an unknown column: ${key}`);
    if (cellFits[kind]?.(value) !== true) {
      return problem(200914, `cell does not fit its column: ${key}`);
    }
  }
  return null;
}

function checkTenantFacts({ node, tag }: CardNode, facts: CardFacts): CardProblem | null {
  if (tag === 'img' && !facts.imageKnown(String(node['img_key']))) {
    return problem(200570, 'img_key is invalid', String(node['img_key']));
  }
  if (tag === 'person' && !facts.personKnown(String(node['user_id']))) {
    return problem(100290, 'invalid user id', String(node['user_id']));
  }
  if (tag !== 'person_list' || node['drop_invalid_user_id'] === true) return null;
  const persons = Array.isArray(node['persons']) ? node['persons'].filter(isJson) : [];
  const unknown = persons.find((item) => !facts.personKnown(String(item['id'])));
  return unknown === undefined ? null : problem(100290, 'invalid user id', String(unknown['id']));
}

/** The first rule the card breaks, null when it keeps them all. Expects a card the schema accepted. */
export function checkStructure(card: Json, facts: CardFacts): CardProblem | null {
  const nodes = nodesOf(card);
  const whole =
    checkCounts(nodes) ?? checkNames(nodes) ?? checkForms(nodes) ?? checkElementIds(nodes);
  if (whole !== null) return whole;
  for (const node of nodes) {
    const found =
      checkPlace(node) ?? checkOptions(node) ?? checkRows(node) ?? checkTenantFacts(node, facts);
    if (found !== null) return found;
  }
  return null;
}
