/** Looks into the schema of a profile: which schema stands where, and what may be written there. */
import { z } from 'zod';

type Schema = z.core.$ZodType;

/** The schema of what stands at `path` in `raw`; undefined where the schema has nothing. Of alternatives the likeliest. */
export function schemaAt(
  schema: Schema,
  raw: unknown,
  path: readonly PropertyKey[],
): Schema | undefined {
  let current: Schema | undefined = likeliest(schema, raw);
  let value = raw;
  for (const key of path) {
    const inner: Schema | undefined = current === undefined ? undefined : memberOf(current, key);
    value = memberAt(value, key);
    current = inner === undefined ? undefined : likeliest(inner, value);
  }
  return current;
}

/** What stands at `path` in `raw`, or undefined. */
export const valueAt = (raw: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce(memberAt, raw);

/** The member names that may be written at `path`. */
export function keysAt(
  schema: Schema,
  raw: unknown,
  path: readonly PropertyKey[],
): readonly string[] {
  const found = schemaAt(schema, raw, path);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

/** The values that tell the alternatives at `path` apart by their member `key`. */
export function alternativesOf(union: Schema | undefined, key: string): readonly string[] {
  if (!(union instanceof z.ZodUnion)) return [];
  return union.options.flatMap((option) => {
    const told = option instanceof z.ZodObject ? option.shape[key] : undefined;
    return told instanceof z.ZodLiteral ? [...told.values].map(String) : [];
  });
}

/** The schema at `path` before one of its alternatives is chosen. */
export function unionAt(
  schema: Schema,
  raw: unknown,
  path: readonly PropertyKey[],
): Schema | undefined {
  const last = path.at(-1);
  if (last === undefined) return schema;
  const outer = schemaAt(schema, raw, path.slice(0, -1));
  return outer === undefined ? undefined : memberOf(outer, last);
}

const memberAt = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;

function memberOf(schema: Schema, key: PropertyKey): Schema | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)];
  return schema instanceof z.ZodArray ? schema.element : undefined;
}

/** Without alternatives the schema itself. */
function likeliest(schema: Schema, value: unknown): Schema {
  if (schema instanceof z.ZodOptional) return likeliest(schema.unwrap(), value);
  if (!(schema instanceof z.ZodUnion)) return schema;
  const ranked = schema.options.toSorted((a, b) => likenessOf(b, value) - likenessOf(a, value));
  return ranked[0] ?? schema;
}

/** How well a value fits an alternative: its known members count, a literal that differs rules it out. */
function likenessOf(option: Schema, value: unknown): number {
  const isRecord = typeof value === 'object' && value !== null;
  if (!(option instanceof z.ZodObject)) return isRecord ? -1 : 1;
  if (!isRecord) return 0;
  return Object.entries(option.shape).reduce((sum, [key, inner]) => {
    const given = memberAt(value, key);
    if (given === undefined) return sum;
    const differs = inner instanceof z.ZodLiteral && !z.safeParse(inner, given).success;
    return sum + (differs ? -100 : 1);
  }, 0);
}
