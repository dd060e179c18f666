/** Whether the platform takes a card: size, schema, structure, and the refusal it gives otherwise. */
import type { z } from 'zod';
import { cardSchema } from './card-layout.ts';
import { type CardFacts, type CardProblem, checkStructure } from './card-structure.ts';
import { type LarkFailure, serviceFailure } from './failure.ts';
import { isJson, type Json, parseJson } from './model.ts';

/** §0: 30 KB of UTF-8 for cards and posts. */
export const maxCardBytes = 30 * 1024;

type CardVerdict =
  | { readonly ok: true; readonly card: Json }
  | { readonly ok: false; readonly failure: LarkFailure; readonly problem: CardProblem };

const legacyTags = new Set(['note', 'action']);

const valueAt = (card: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isJson(value) ? value[String(key)] : undefined;
  }, card);

function pathText(card: Json, path: readonly PropertyKey[]): string {
  const steps = path.map((key, index) => {
    if (typeof key !== 'number') return String(key);
    const node = valueAt(card, path.slice(0, index + 1));
    return isJson(node) && typeof node['tag'] === 'string'
      ? `[${key}](tag: ${node['tag']})`
      : `[${key}]`;
  });
  return ['ROOT', ...steps].join(' -> ');
}

function schemaProblem(card: Json, issue: z.core.$ZodIssue | undefined): CardProblem {
  const base = 'parse card json err, please check whether the card json is correct, cause: ';
  if (issue === undefined) return { code: 200621, message: `${base}unknown` };
  const path = pathText(card, issue.path);
  if (issue.code === 'unrecognized_keys') {
    const property = issue.keys[0] ?? '';
    return {
      code: 200621,
      message: `${base}unknown property, property: ${property}, path: ${path}`,
    };
  }
  const last = valueAt(card, issue.path);
  if (issue.path.at(-1) === 'tag' && typeof last === 'string' && legacyTags.has(last)) {
    return { code: 200861, message: `tag ${last} is not supported in schema 2.0, path: ${path}` };
  }
  if (issue.path.at(-1) === 'update_multi') {
    return { code: 300302, message: 'update_multi must be true' };
  }
  if (issue.path.includes('chart_spec')) return { code: 200550, message: 'chart_spec is invalid' };
  return { code: 200621, message: `${base}${issue.message}, path: ${path}` };
}

/** 230099 with its sub-code in `msg`, where callers have to look for it (§4.12). */
export function cardFailure(problem: CardProblem): LarkFailure {
  const value = problem.value === undefined ? '' : `ErrorValue: ${problem.value}; `;
  return serviceFailure(
    230099,
    `Failed to create card content, ext=ErrCode: ${problem.code}; ErrMsg: ${problem.message}; ${value}`,
  );
}

const refused = (problem: CardProblem): CardVerdict => ({
  ok: false,
  problem,
  failure: cardFailure(problem),
});

function checkCardObject(card: Json, facts: CardFacts): CardVerdict {
  if (Object.keys(card).length === 0) return { ok: true, card };
  if (card['type'] === 'template') return refused({ code: 200380, message: 'template not found' });
  if (card['schema'] !== '2.0') {
    return refused({ code: 200830, message: 'only card schema 2.0 is supported here' });
  }
  const parsed = cardSchema.safeParse(card);
  if (!parsed.success) return refused(schemaProblem(card, parsed.error.issues[0]));
  const broken = checkStructure(card, facts);
  return broken === null ? { ok: true, card } : refused(broken);
}

/** Checks a card given as the JSON string of a message's `content`. */
export function checkCard(content: string, facts: CardFacts): CardVerdict {
  if (Buffer.byteLength(content, 'utf8') > maxCardBytes) {
    return {
      ok: false,
      problem: { code: 230025, message: 'the card is larger than 30 KB' },
      failure: serviceFailure(230025, 'The length of the message content reaches its limit.'),
    };
  }
  const card = parseJson(content);
  if (card === null) {
    return {
      ok: false,
      problem: { code: 230001, message: 'content is not a JSON object' },
      failure: serviceFailure(230001, 'Your request contains an invalid request parameter.'),
    };
  }
  return checkCardObject(card, facts);
}

/** `config.update_multi` is there and true, which PATCH asks of the old and the new card (§4.4). */
export function saysUpdateMulti(content: string): boolean {
  const config = parseJson(content)?.['config'];
  return isJson(config) && config['update_multi'] === true;
}
