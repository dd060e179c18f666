/** Holds an answer against what the shot allows. Every sentence it returns is a fault of the product. */
import { isJson, type Json, parseJson } from '../../simulator/lark/model.ts';
import type { Expectation, Outcome, Shot } from './shot.ts';
import { writersIn } from './texts.ts';
import { mayMeetWordsOf, type World } from './world.ts';

/** Words of the workshop that no answer may carry. */
const LEAKS =
  /\n\s+at \S|node_modules|node:internal|file:\/\/|\.(?:ts|mjs|js):\d+|(?:Type|Range|Syntax|Zod|Postgres|Database)Error|SQLSTATE|violates|duplicate key|syntax error|relation "|column "|ECONN|Internal Server Error|Unexpected token|postgres(?:ql)?:/;
/** Half a character, or a NUL, in the JSON of an answer. */
const BROKEN_TEXT = /\\u0000|\\ud[89a-f][0-9a-f]{2}/i;

const REFUSALS = [400, 401, 413];

/** What is wrong with `outcome`, which may take `slowestMs`; nothing = the product held. */
export function judge(
  world: World,
  shot: Shot,
  outcome: Outcome,
  slowestMs: number,
): readonly string[] {
  const faults: string[] = [];
  if (outcome.isTimeout) faults.push('no answer');
  if (outcome.ms > slowestMs) faults.push(`slow: ${Math.round(outcome.ms)} ms`);
  if (outcome.status >= 500) faults.push(`status ${outcome.status}`);
  if (LEAKS.test(outcome.body)) faults.push(`leak: ${LEAKS.exec(outcome.body)?.[0].trim()}`);
  return [...faults, ...judgeKind(world, shot.expect, outcome)];
}

function judgeKind(
  world: World,
  expect: Expectation,
  { status, body }: Outcome,
): readonly string[] {
  const among = (...statuses: number[]): readonly string[] =>
    statuses.includes(status) ? [] : [`status ${status} instead of ${statuses.join(' or ')}`];
  switch (expect.kind) {
    case 'click':
      return [...among(200), ...judgeClick(world, expect, body)];
    case 'event':
      return [...among(200, 400), ...silent(body)];
    case 'damaged':
      return [...among(200, 400, 401), ...judgeAnswer(parseJson(body) ?? {}, body)];
    case 'refused':
      return status === 0 && expect.mayClose ? [] : [...among(...REFUSALS), ...silent(body)];
    case 'challenge':
      return [...among(200), ...(body.includes(expect.answer) ? [] : ['no address check'])];
    case 'route':
      return among(...expect.statuses);
    case 'broken':
      return [];
  }
}

const silent = (body: string): readonly string[] =>
  body === '{}' ? [] : [`answered with words: ${body.slice(0, 80)}`];

type ClickExpectation = Extract<Expectation, { readonly kind: 'click' }>;

function judgeClick(world: World, expect: ClickExpectation, body: string): readonly string[] {
  const answer = parseJson(body) ?? {};
  const { toast, card } = answer;
  const faults = [...judgeAnswer(answer, body)];
  if (!isJson(toast) && !isJson(card)) faults.push('a click without toast and card');
  if (!expect.mayChange && isJson(toast) && toast['type'] === 'success') {
    faults.push(`crossed authorisation: ${expect.sender ?? 'a stranger'} succeeds`);
  }
  const reader = expect.sender === null ? undefined : world.byCode.get(expect.sender);
  const foreign = writersIn(body).filter((writer) => !mayMeetWordsOf(world, reader, writer));
  if (foreign.length > 0) {
    faults.push(`crossed reading: ${expect.sender ?? 'a stranger'} reads ${foreign[0] ?? ''}`);
  }
  return faults;
}

/** What holds for every answer inside a callback. */
function judgeAnswer({ toast, card }: Json, body: string): readonly string[] {
  const faults = BROKEN_TEXT.test(body) ? ['half a character in the answer'] : [];
  if (isJson(toast)) faults.push(...judgeToast(String(toast['content']), String(toast['type'])));
  if (isJson(card) && activeSign(card['data']) !== null) {
    faults.push(`active text in a card: ${activeSign(card['data'])}`);
  }
  return faults;
}

/** What a sentence quotes may be anybody's. */
const QUOTED = /“[^”]*”/g;

function judgeToast(content: string, type: string): readonly string[] {
  const faults: string[] = [];
  if (content.includes('系统繁忙')) faults.push('a click broke inside');
  if (/[A-Za-z]{3,}/.test(content.replace(QUOTED, '')) && !content.includes('系统繁忙'))
    faults.push(`toast: ${content.slice(0, 80)}`);
  if (content === '' || content.length > 200) faults.push(`toast of ${content.length} characters`);
  if (!['success', 'info', 'warning', 'error'].includes(type)) faults.push(`toast type ${type}`);
  return faults;
}

/** What the product itself writes into markdown; anything else active came from a person. */
const OWN_MARKDOWN = /<br>|<font color='grey'>|<\/font>|\*\*/g;
const ACTIVE = /[<>*_`[\]~|\\]|&(?!#\d+;)|#(?!\d+;)/;

/** The first piece of markdown that would act, or null. */
export function activeSign(value: unknown): string | null {
  if (Array.isArray(value)) return firstOf(value);
  if (!isJson(value)) return null;
  if (value['tag'] === 'markdown') {
    const own = String(value['content']).replace(OWN_MARKDOWN, '');
    const found = ACTIVE.exec(own);
    if (found !== null) return own.slice(Math.max(0, found.index - 20), found.index + 20);
  }
  return firstOf(Object.values(value));
}

function firstOf(values: readonly unknown[]): string | null {
  for (const value of values) {
    const found = activeSign(value);
    if (found !== null) return found;
  }
  return null;
}
