/** One spelling per value (RFC 8785), so that equal values have equal hashes everywhere. */
import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';

/** The RFC 8785 text of `value`; throws on what JSON cannot carry (undefined, NaN, lone surrogates). */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('not a JSON value');
  return text;
}

/** SHA-256 of the UTF-8 bytes of `text`, as 64 lower-case hex digits. */
export const sha256Hex = (text: string): string => hash('sha256', text, 'hex');

/** Orders texts by their UTF-8 bytes, as PostgreSQL's collation "C" does. */
export function compareBytes(first: string, second: string): number {
  if (first === second) return 0;
  // Of plain texts, code units and bytes are in the same order.
  return PLAIN.test(first) && PLAIN.test(second)
    ? first < second
      ? -1
      : 1
    : Buffer.compare(Buffer.from(first), Buffer.from(second));
}

const PLAIN = /^\p{ASCII}*$/u;
