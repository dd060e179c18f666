/** Pages of a list; a page token belongs to the query that produced it. */
import { createHash } from 'node:crypto';
import { serviceFailure } from './failure.ts';
import { parseJson } from './model.ts';

export type Page<T> = {
  readonly items: readonly T[];
  readonly has_more: boolean;
  /** Only while there is more. */
  readonly page_token?: string;
};

type Request = {
  readonly size: number;
  readonly token: string | undefined;
  /** Everything else that was asked; another query cannot use the token. */
  readonly query: unknown;
};

/** @throws LarkFailure 40012 for a token that does not belong to this query */
export function page<T>(all: readonly T[], { size, token, query }: Request): Page<T> {
  const print = createHash('sha256').update(JSON.stringify(query)).digest('hex').slice(0, 16);
  const offset = token === undefined || token === '' ? 0 : offsetOf(token, print);
  const items = all.slice(offset, offset + size);
  const next = offset + items.length;
  if (next >= all.length) return { items, has_more: false };
  const page_token = Buffer.from(JSON.stringify({ next, print })).toString('base64url');
  return { items, has_more: true, page_token };
}

function offsetOf(token: string, print: string): number {
  const read = parseJson(Buffer.from(token, 'base64url').toString('utf8'));
  const next = read?.['next'];
  if (read?.['print'] !== print || typeof next !== 'number') {
    throw serviceFailure(40012, 'invalid page token');
  }
  return next;
}
