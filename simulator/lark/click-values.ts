/** What the client checks and sends for one input (§3.5-§3.7). */
import { optionValues } from './card-walk.ts';
import type { Json } from './model.ts';

export type FormValue = string | boolean | readonly string[];

/** A value as it goes into the callback; `undefined` = nothing filled in; a refusal carries the client's words. */
export type Checked =
  | { readonly ok: true; readonly value: FormValue | undefined }
  | { readonly ok: false; readonly text: string };

const fine = (value: FormValue | undefined): Checked => ({ ok: true, value });
const bad = (text: string): Checked => ({ ok: false, text });

const defaultMaxLength = 1000;

function checkText(control: Json, value: FormValue): Checked {
  if (typeof value !== 'string') return bad('填写的内容有误，请重新填写');
  const max = typeof control['max_length'] === 'number' ? control['max_length'] : defaultMaxLength;
  return value.length > max ? bad(`内容过长，最多可填 ${max} 个字`) : fine(value);
}

const anyMember = (control: Json): boolean =>
  String(control['tag']).endsWith('person') && optionValues(control).length === 0;

function checkOption(control: Json, value: FormValue): Checked {
  if (value === '') return fine(undefined);
  const known = typeof value === 'string' && optionValues(control).includes(value);
  return known || (typeof value === 'string' && anyMember(control))
    ? fine(value)
    : bad('所选的选项不存在，请重新选择');
}

function checkOptions(control: Json, value: FormValue): Checked {
  const list = value === '' ? [] : value;
  if (!Array.isArray(list)) return bad('所选的选项不存在，请重新选择');
  const values = optionValues(control);
  const known = anyMember(control) || list.every((item) => values.includes(item));
  return known ? fine(list) : bad('所选的选项不存在，请重新选择');
}

const zone = String.raw`( [+-]\d{4})?`;
const day = String.raw`\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`;
const time = String.raw`([01]\d|2[0-3]):[0-5]\d`;
const moments: Readonly<Record<string, RegExp>> = {
  date_picker: new RegExp(`^${day}${zone}$`),
  picker_time: new RegExp(`^${time}${zone}$`),
  picker_datetime: new RegExp(`^${day} ${time}${zone}$`),
};

/** The client's zone: the people of the stand-in sit in Shanghai. */
export const clientZone = 'Asia/Shanghai';
const clientOffset = '+0800';

function checkMoment(control: Json, value: FormValue): Checked {
  if (value === '') return fine(undefined);
  const pattern = moments[String(control['tag'])];
  if (typeof value !== 'string' || pattern?.test(value) !== true) return bad('日期或时间有误');
  return fine(/ [+-]\d{4}$/.test(value) ? value : `${value} ${clientOffset}`);
}

const checkFlag = (_: Json, value: FormValue): Checked =>
  typeof value === 'boolean' ? fine(value) : bad('填写的内容有误，请重新填写');

const checks: Readonly<Record<string, (control: Json, value: FormValue) => Checked>> = {
  input: checkText,
  select_static: checkOption,
  select_person: checkOption,
  overflow: checkOption,
  multi_select_static: checkOptions,
  multi_select_person: checkOptions,
  date_picker: checkMoment,
  picker_time: checkMoment,
  picker_datetime: checkMoment,
  checker: checkFlag,
};

/** Checks a value against its component, in the form the callback carries. */
export function checkValue(control: Json, value: FormValue): Checked {
  return checks[String(control['tag'])]?.(control, value) ?? bad('该组件不能填写');
}

/** Tags whose callback names the client's zone. */
export const isMoment = (control: Json): boolean => String(control['tag']) in moments;

/** Tags that hold a value inside a form. */
export const isField = (control: Json): boolean => {
  const tag = String(control['tag']);
  return tag in checks && tag !== 'overflow';
};

/** `required`, whose default is true for the multiple selects (§3.6). */
export function isRequired(control: Json): boolean {
  const said = control['required'];
  return typeof said === 'boolean' ? said : String(control['tag']).startsWith('multi_select');
}

/** Nothing filled in, however the surface says it. */
export const isEmptyValue = (value: FormValue | undefined): boolean =>
  value === undefined || value === false || (typeof value !== 'boolean' && value.length === 0);
