/** Reads a list that the platform hands out page by page, wholly or not at all (sheet §8.5). */
import { z } from 'zod';
import type { Delivery } from '../messenger.ts';
import type { LarkClient } from './client.ts';
import { noAnswer } from './failure.ts';
import type { LarkCall } from './transport.ts';

export type Listing<T> = {
  readonly path: string;
  readonly params: NonNullable<LarkCall['params']>;
  readonly item: z.ZodType<T>;
  /** Stops early when it says true of a page. */
  readonly enough?: (items: readonly T[]) => boolean;
};

const PAUSES_IN_A_ROW = 5;

/** All items of a listing, 50 a page. A refused or repeated page makes the whole listing a failure. */
export async function readPages<T>(
  client: LarkClient,
  listing: Listing<T>,
): Promise<Delivery<readonly T[]>> {
  const pageSchema = z.looseObject({
    items: z.array(listing.item).nullish(),
    has_more: z.boolean().optional(),
    page_token: z.string().optional(),
  });
  const items: T[] = [];
  const seen = new Set<string>();
  let token = '';
  do {
    seen.add(token);
    const params = { ...listing.params, page_size: 50, ...(token ? { page_token: token } : {}) };
    const page = await patiently(() =>
      client.call({ method: 'GET', path: listing.path, params }, pageSchema),
    );
    if (!page.ok) return page;
    const found = page.value.items ?? [];
    items.push(...found);
    if (page.value.has_more !== true || listing.enough?.(found)) return { ok: true, value: items };
    token = page.value.page_token ?? '';
  } while (!seen.has(token));
  return { ok: false, failure: noAnswer('page_token') };
}

/** A long walk meets the platform's limit sooner or later; waiting is cheaper than starting again. */
async function patiently<T>(call: () => Promise<Delivery<T>>): Promise<Delivery<T>> {
  let answer = await call();
  for (let pause = 0; pause < PAUSES_IN_A_ROW; pause += 1) {
    if (answer.ok || answer.failure.kind !== 'rateLimited') return answer;
    const { retryAfterMs } = answer.failure;
    await new Promise((resolve) => setTimeout(resolve, retryAfterMs));
    answer = await call();
  }
  return answer;
}
