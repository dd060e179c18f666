/** Keeps a Feishu card within what the platform accepts (sheet §3.1): beyond it the reader would see nothing at all. */

import { LADDER, type Step } from './ladder.ts';
import type { LarkCardJson } from './lark-node.ts';

/** The platform counts to 200 and may count the header differently. */
const NODE_LIMIT = 180;
/** The platform takes 30 KB. */
const BYTE_LIMIT = 28 * 1024;

/** The parts of a card that hold data, not components. */
const DATA_KEYS: ReadonlySet<string> = new Set(['behaviors', 'rows', 'chart_spec']);

/** How many components and elements a card has: every object with a tag, texts included. */
export function countNodes(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + countNodes(item), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const inner = Object.entries(value).filter(([key]) => !DATA_KEYS.has(key));
  const self = 'tag' in value && typeof value.tag === 'string' ? 1 : 0;
  return inner.reduce((sum, [, item]) => sum + countNodes(item), self);
}

/** The UTF-8 bytes of a card's JSON. */
export const countBytes = (card: LarkCardJson): number => Buffer.byteLength(JSON.stringify(card));

/**
 * The fullest drawing that fits. `draw` renders the card after one step of the ladder; the last
 * step keeps nothing but actions and fields and fits for every card of up to 40 actions and 20
 * fields. Beyond that the barest drawing is returned, whose refusal leads to the plain text.
 */
export function fitCard(draw: (step: Step) => LarkCardJson): LarkCardJson {
  let last = draw(LADDER[0]);
  for (const step of LADDER.slice(1)) {
    if (fits(last)) return last;
    last = draw(step);
  }
  return last;
}

const fits = (card: LarkCardJson): boolean =>
  countNodes(card) <= NODE_LIMIT && countBytes(card) <= BYTE_LIMIT;
