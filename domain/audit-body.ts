/** The text that is chained for one entry, read back strictly: only the one spelling the program writes is accepted. */
import { z } from 'zod';
import { canonicalJson } from './canonical.ts';

const schema = z.strictObject({
  v: z.literal(1),
  subject: z.string(),
  at: z.string(),
  actor: z.strictObject({ kind: z.enum(['person', 'system', 'administrator']) }),
  action: z.string(),
  fields: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
});

export type AuditBody = Readonly<z.infer<typeof schema>>;

/** The body in `text`, or why it is none. */
export function parseBody(text: string): AuditBody | 'malformed' | 'notCanonical' {
  const value = parseJson(text);
  const parsed = schema.safeParse(value);
  if (!parsed.success || !isInstant(parsed.data.at)) return 'malformed';
  return spell(parsed.data) === text ? parsed.data : 'notCanonical';
}

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
  const millis = Date.parse(text);
  return !Number.isNaN(millis) && new Date(millis).toISOString() === text;
}
