/** From a click on a card to the callback's `action`, with everything the client refuses by itself (§2.11, §3.5). */
import { isDeepStrictEqual } from 'node:util';
import { type CardNode, callbackValue, callsBack, nodesOf, resets, submits } from './card-walk.ts';
import { labelOf } from './card-words.ts';
import {
  type Checked,
  checkValue,
  clientZone,
  type FormValue,
  isEmptyValue,
  isField,
  isMoment,
  isRequired,
} from './click-values.ts';
import { isJson, type Json } from './model.ts';

export type ClickInput = {
  readonly messageId: string;
  readonly tag: string;
  readonly name?: string | undefined;
  readonly value?: unknown;
  readonly formValue?: Readonly<Record<string, FormValue>> | undefined;
  readonly inputValue?: string | undefined;
  readonly option?: string | undefined;
  readonly options?: readonly string[] | undefined;
  readonly checked?: boolean | undefined;
};

type ClickAction =
  /** The callback goes out with this `action`. */
  | { readonly kind: 'callback'; readonly action: Json }
  /** The client settles it by itself: reset, a link, a local tick. */
  | { readonly kind: 'local' }
  | { readonly kind: 'refused'; readonly code: string; readonly text: string };

type Target = { readonly card: Json; readonly found: CardNode };

const refused = (code: string, text: string): ClickAction => ({ kind: 'refused', code, text });

function matches({ node, tag }: CardNode, input: ClickInput): boolean {
  if (tag !== input.tag) return false;
  if (input.name !== undefined && node['name'] !== input.name) return false;
  return input.value === undefined || isDeepStrictEqual(callbackValue(node), input.value);
}

/** The clicked component, in what the message shows now or showed before. */
export function findTarget(cards: readonly Json[], input: ClickInput): Target | null {
  for (const card of cards) {
    const found = nodesOf(card).find((node) => matches(node, input));
    if (found !== undefined) return { card, found };
  }
  return null;
}

type Submitted =
  | { readonly ok: true; readonly values: Json; readonly zoned: boolean }
  | { readonly ok: false; readonly refusal: ClickAction };

/** One field as it is submitted, or the reason why the client keeps the form. */
function readField(card: Json, field: Json, value: FormValue | undefined): Checked {
  const label = labelOf(card, field) ?? '';
  if (isRequired(field) && isEmptyValue(value)) {
    return { ok: false, text: label === '' ? '有必填项未填写' : `有必填项未填写：${label}` };
  }
  if (value === undefined) return { ok: true, value };
  const checked = checkValue(field, value);
  return checked.ok || label === '' ? checked : { ok: false, text: `${label}：${checked.text}` };
}

function submit(target: Target, given: Readonly<Record<string, FormValue>>): Submitted {
  const fields = nodesOf(target.card)
    .filter((item) => item.form === target.found.form && isField(item.node))
    .map(({ node }) => node);
  const names = new Set(fields.map((field) => String(field['name'])));
  if (Object.keys(given).some((name) => !names.has(name))) {
    return { ok: false, refusal: refused('unknownField', '提交的内容与表单不符，请刷新后重试') };
  }
  const values: Json = {};
  for (const field of fields) {
    const name = String(field['name']);
    const read = readField(target.card, field, given[name]);
    if (!read.ok) return { ok: false, refusal: refused('form', read.text) };
    if (read.value !== undefined) values[name] = read.value;
  }
  return { ok: true, values, zoned: fields.some(isMoment) };
}

function baseAction(node: Json): Json {
  const value = callbackValue(node);
  const name = node['name'];
  return {
    ...(value === undefined ? {} : { value }),
    tag: node['tag'],
    ...(typeof name === 'string' && name !== '' ? { name } : {}),
  };
}

function submitAction(target: Target, input: ClickInput): ClickAction {
  const result = submit(target, input.formValue ?? {});
  if (!result.ok) return result.refusal;
  const zone = result.zoned ? { timezone: clientZone } : {};
  const action = { ...baseAction(target.found.node), ...zone, form_value: result.values };
  return { kind: 'callback', action };
}

const valueMember: Readonly<Record<string, 'input_value' | 'option' | 'options' | 'checked'>> = {
  input: 'input_value',
  select_static: 'option',
  select_person: 'option',
  overflow: 'option',
  date_picker: 'option',
  picker_time: 'option',
  picker_datetime: 'option',
  multi_select_static: 'options',
  multi_select_person: 'options',
  checker: 'checked',
};

function standAloneAction(node: Json, input: ClickInput): ClickAction {
  const member = valueMember[String(node['tag'])];
  if (member === undefined) return { kind: 'callback', action: baseAction(node) };
  const given = { ...input, input_value: input.inputValue }[member];
  const checked = checkValue(node, given ?? '');
  if (!checked.ok) return refused('invalid', checked.text);
  const zone = isMoment(node) ? { timezone: clientZone } : {};
  const value = checked.value === undefined ? {} : { [member]: checked.value };
  return { kind: 'callback', action: { ...baseAction(node), ...zone, ...value } };
}

const tipsOf = (node: Json): string =>
  isJson(node['disabled_tips']) ? String(node['disabled_tips']['content'] ?? '') : '';

/** What the client makes of a click on `target`. */
export function actionOf(target: Target, input: ClickInput): ClickAction {
  const { node, form } = target.found;
  if (node['disabled'] === true) {
    return refused('disabled', tipsOf(node) || '当前不可操作');
  }
  if (node['tag'] === 'button' && resets(node)) return { kind: 'local' };
  if (form !== null && isField(node)) {
    return refused('inForm', '表单中的内容会在提交时一并发送');
  }
  if (form !== null && submits(node)) return submitAction(target, input);
  if (!callsBack(node)) return { kind: 'local' };
  return standAloneAction(node, input);
}
