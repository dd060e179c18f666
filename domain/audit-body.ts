/** The text that is chained for one entry, read back strictly: only the one spelling the program writes is accepted. */
import { canonicalJson } from './canonical.ts';

export type AuditBody = {
  readonly v: 1;
  readonly subject: string;
  readonly at: string;
  readonly actor: { readonly kind: 'person' | 'system' | 'administrator' };
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
};

/** The body in `text`, or why it is none. */
export function parseBody(text: string): AuditBody | 'malformed' | 'notCanonical' {
  const value = parseJson(text);
  if (!isBody(value) || !isInstant(value.at)) return 'malformed';
  return spell(value) === text ? value : 'notCanonical';
}

/** Spelled out: a schema costs several times as much, and this runs for every entry. */
function isBody(value: unknown): value is AuditBody {
  if (!isRecord(value) || Object.keys(value).length !== 6 || value['v'] !== 1) return false;
  const { subject, at, actor, action, fields } = value;
  return (
    typeof subject === 'string' &&
    typeof at === 'string' &&
    typeof action === 'string' &&
    isRecord(actor) &&
    Object.keys(actor).length === 1 &&
    KINDS.has(actor['kind']) &&
    isRecord(fields) &&
    Object.values(fields).every((each) => typeof each === 'string' && COMMITMENT.test(each))
  );
}

const KINDS: ReadonlySet<unknown> = new Set(['person', 'system', 'administrator']);
const COMMITMENT = /^[0-9a-f]{64}$/;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The canonical text of `body`, spelled out: `canonicalJson` costs three times as much, and this runs for every entry. */
function spell({ action, actor, at, fields, subject }: AuditBody): string {
  const committed = Object.keys(fields)
    .sort()
    .map((name) => `${JSON.stringify(name)}:"${fields[name]}"`);
  return `{"action":${JSON.stringify(action)},"actor":{"kind":"${actor.kind}"},"at":"${at}","fields":{${committed}},"subject":${JSON.stringify(subject)},"v":1}`;
}

/** The JSON value of `text`; undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The canonical text of a parsed value; null when it has none. */
export function canonicalOrNull(value: unknown): string | null {
  try {
    return canonicalJson(value);
  } catch {
    return null;
  }
}

/** Whether `text` is an instant as `Date.toISOString` writes it. */
export function isInstant(text: string): boolean {
  if (COMMON_INSTANT.test(text)) return true;
  const millis = Date.parse(text);
  return !Number.isNaN(millis) && new Date(millis).toISOString() === text;
}

/** Of a year of four digits and a day that every month has, there is nothing left to compute. */
const COMMON_INSTANT =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
