/** What people should never type and someone will: text that acts somewhere else, and values of the wrong kind. */
import type { Random } from './random.ts';

/** Text that would act in a spreadsheet, a page, a template, a query, a card or a terminal. */
export const ACTIVE_TEXTS: readonly string[] = [
  "=cmd|' /C calc'!A0",
  '@SUM(1+1)*2',
  '+1+1',
  '-2+3',
  '\t=1+1',
  '＝1+1',
  '=HYPERLINK("http://127.0.0.1/x","点")',
  '_x0041_',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '"><svg/onload=alert(1)>',
  "<a href='javascript:alert(1)'>点</a>",
  '[点此](javascript:alert(1))',
  '![图](http://127.0.0.1/x)',
  '<at id=all></at>',
  '<at user_id="all">所有人</at>',
  '<font color=red>红</font>',
  '**粗** _斜_ ~~删~~ `码` |表|',
  '# 标题\n- 项\n1. 项\n> 引\n---',
  '{{7*7}} \u0024{7*7} <%= 7*7 %> #{7*7}',
  "'; drop table procedure; --",
  "' or '1'='1",
  '%00%0a%s%n',
  '&lt;b&gt; &#60; &amp;',
  '@_user_1 @_all',
  '__proto__',
  'constructor',
  '[object Object]',
  '\u0000\u0007\u001b[31m',
  '\ud800',
  '\udfff\ud800x',
  '\u202eabc\u2066',
  '\ufeff\u200b\u2028\u2029',
  '👨‍👩‍👧‍👦 𠀀 e\u0301',
  '\\ \\n \' " `',
  ' \n\t ',
];

/** Marks who wrote a text, so that it is recognised wherever it turns up. */
export const canaryOf = (person: string): string => `密${person}密`;

/** Everyone whose words occur in `text`. */
export const writersIn = (text: string): readonly string[] =>
  [...text.matchAll(/密(\w{1,12})密/g)].map((match) => match[1] ?? '');

/** A text of `person`; now and then far longer than any field. */
export function hostileText(random: Random, person: string): string {
  const mark = canaryOf(person);
  const active = random.pick(ACTIVE_TEXTS);
  return random.weighed([
    [8, () => active + mark],
    [8, () => mark + active],
    [3, () => mark + random.pick(ACTIVE_TEXTS) + active + random.pick(ACTIVE_TEXTS)],
    [2, () => mark + active.repeat(1 + random.below(60))],
    [1, () => mark + '长'.repeat(1000 - mark.length + random.below(3))],
    [1, () => active],
    [0.15, () => mark + overlong(random)],
  ] as const)();
}

/** What makes a careless expression or a careless copy slow. */
function overlong(random: Random): string {
  const part = random.pick(['长', '!', ' ', '*', '<', '=\n', '&#', '_x0041_', '😀', '@_user_1']);
  const length = random.pick([5_000, 50_000, 300_000]);
  return `${part.repeat(Math.ceil(length / part.length)).slice(0, length)}x`;
}

/** A JSON value where another kind was expected. */
export function hostileValue(random: Random, person: string): unknown {
  return random.weighed<() => unknown>([
    [6, () => hostileText(random, person)],
    [2, () => random.pick(HOSTILE_NUMBERS)],
    [1, () => null],
    [1, () => random.chance(0.5)],
    [1, () => []],
    [1, () => ({})],
    [2, () => [hostileText(random, person), 7, null, ['x']]],
    [1, () => ({ ['__proto__']: { a: 1 }, constructor: { prototype: { a: 1 } } })],
    [0.3, () => Array.from({ length: 2_000 }, (_, n) => `x${n}`)],
    [0.2, () => nested(random.pick([50, 2_000]))],
  ])();
}

/** {@link inJson} writes it as a number JavaScript cannot hold. */
const INFINITE = '\u{10ffff}1e999';

const HOSTILE_NUMBERS: readonly unknown[] = [
  0,
  -1,
  1.5,
  -0,
  1e308,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  5e-324,
  INFINITE,
];

/** JSON with numbers beyond what `JSON.stringify` writes. */
export const inJson = (value: unknown): string =>
  JSON.stringify(value).replaceAll(`"${INFINITE}"`, '1e999');

/** A list in a list in a list. */
export function nested(depth: number): unknown {
  let value: unknown = 'x';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { k: value };
  return value;
}
