/** The oracle of the attack is held against faults planted on purpose: a judge that finds nothing proves nothing. */
import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { entryFaults, walkFaults, wordFaults } from './fuzz/aftermath.ts';
import { createGun, type Gun } from './fuzz/gun.ts';
import type { Known } from './fuzz/known.ts';
import { judgeMemory } from './fuzz/memory.ts';
import { judge } from './fuzz/oracle.ts';
import { shotAt } from './fuzz/plan.ts';
import { watchLog } from './fuzz/product.ts';
import type { Expectation, Shot } from './fuzz/shot.ts';
import { canaryOf, writersIn } from './fuzz/texts.ts';
import { buildWorld } from './fuzz/world.ts';

const world = buildWorld({ departments: 3, staff: 4 });
const [, , , , head = '', , , author = ''] = world.attacked.members.map(({ code }) => code);
const colleague = 'a0203';

describe('answers', () => {
  let server: Server;
  let gun: Gun;
  let answer: { status: number; body: string; ms?: number } | 'hang up';
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      if (answer === 'hang up') return void request.socket.destroy();
      const { status, body, ms = 0 } = answer;
      setTimeout(() => response.writeHead(status).end(body), ms);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    gun = createGun((server.address() as AddressInfo).port, 2);
  });
  afterAll(() => {
    gun.close();
    server.close();
  });

  const shotFor = (expect: Expectation): Shot => ({
    kind: 'planted',
    expect,
    method: 'POST',
    path: '/webhook/lark',
    headers: {},
    body: '{}',
  });
  const found = async (expect: Expectation, planted: typeof answer): Promise<string> => {
    answer = planted;
    const shot = shotFor(expect);
    // Only what is late on purpose is held to less than a busy machine may need.
    const slowestMs = typeof planted === 'object' && planted.ms !== undefined ? 300 : 15_000;
    return judge(world, shot, await gun.fire(shot), slowestMs).join('; ');
  };
  const click: Expectation = { kind: 'click', sender: author, mayChange: true };
  const intruder: Expectation = { kind: 'click', sender: colleague, mayChange: false };
  const refused: Expectation = { kind: 'refused', mayClose: false };
  const toast = (content: string, type = 'error') => ({
    status: 200,
    body: JSON.stringify({ toast: { type, content } }),
  });
  const card = (content: string, tag = 'markdown') => ({
    status: 200,
    body: JSON.stringify({
      card: { type: 'raw', data: { body: { elements: [{ tag, content }] } } },
    }),
  });

  test.each<[string, Expectation, typeof answer, RegExp]>([
    ['a 500', refused, { status: 500, body: '{}' }, /status 500/],
    [
      'a 503 of a page',
      { kind: 'route', statuses: [200] },
      { status: 503, body: '' },
      /status 503/,
    ],
    ['a 500 to broken HTTP', { kind: 'broken' }, { status: 500, body: '' }, /status 500/],
    ['a stack', refused, { status: 400, body: 'x\n    at f (/srv/app.ts:3:1)' }, /leak: at f/],
    ['a path', click, toast('找不到 file:///srv/main.ts'), /leak: file/],
    ['SQL', click, toast('duplicate key value violates x'), /leak: /],
    ['an explained refusal', refused, { status: 401, body: '{"reason":"token"}' }, /with words/],
    ['a refusal with 200', refused, { status: 200, body: '{}' }, /status 200/],
    ['an English toast', click, toast('not found'), /toast: not found/],
    [
      'a click that broke inside',
      click,
      toast('系统繁忙，请稍后再试（编号 ABCDEF）'),
      /broke inside/,
    ],
    ['a click refused with 400', click, { status: 400, body: '{}' }, /status 400/],
    ['a click met with silence', click, { status: 200, body: '{}' }, /without toast and card/],
    ['an intruder’s success', intruder, toast('已签署同意', 'success'), /crossed authorisation/],
    ['foreign words', intruder, card(`见${canaryOf(author)}`), /crossed reading: a0203 reads/],
    ['words of an untouched unit', click, card(canaryOf('v0101')), /crossed reading/],
    ['words shown to a stranger', { ...intruder, sender: null }, card(canaryOf(author)), /crossed/],
    ['a link in a card', click, card('[x](javascript:alert(1))'), /active text/],
    ['a mention in a card', click, card('<at id=all></at>'), /active text/],
    ['an entity that decodes itself', click, card('&lt;at&gt;'), /active text/],
    ['half a character', click, toast('字\ud800'), /half a character/],
    ['a slow answer', click, { ...toast('好'), ms: 400 }, /slow/],
    ['no answer', click, 'hang up', /status 0/],
    ['an event with an answer', { kind: 'event' }, toast('好'), /with words/],
    [
      'a forgotten address check',
      { kind: 'challenge', answer: 'abc' },
      { status: 200, body: '{}' },
      /address check/,
    ],
  ])('%s is reported', async (_name, expectation, planted, fault) => {
    expect(await found(expectation, planted)).toMatch(fault);
  });

  test.each<[string, Expectation, typeof answer]>([
    ['a toast', click, toast('请填写“意见”后再提交。')],
    ['a toast that quotes what was sent', click, toast('没有编码为“=cmd”的单位，请核对后再试。')],
    ['own words, escaped', click, card(`**内容**：&#60;at${canaryOf(author)}<br>`)],
    ['a superior’s reading', { ...click, sender: head }, card(canaryOf('a0103'))],
    ['active text in plain text', click, card('<script>', 'plain_text')],
    ['a silent refusal', refused, { status: 401, body: '{}' }],
    ['a closed door for a body too large', { kind: 'refused', mayClose: true }, 'hang up'],
  ])('%s is right', async (_name, expectation, planted) => {
    expect(await found(expectation, planted)).toBe('');
  });
});

describe('the database afterwards', () => {
  const event = (step: string, action: string, actor: string, over: object = {}) => ({
    author: 'a0203',
    procedure: 'p',
    step,
    action,
    actor,
    opinion: null,
    version: 1,
    attendees: null,
    ...over,
  });
  const { attacked } = world;
  const [leader, office] = [attacked.leaderOf.get('aD2') ?? '', attacked.office[0] ?? ''];
  const history = [
    event('fill', 'submitted', 'a0203'),
    event('headOpinion', 'agreed', 'a0200'),
    event('leaderOpinion', 'agreed', leader),
    event('groupDecision', 'decided', office, { attendees: attacked.group }),
  ];
  const at = (index: number, over: object) =>
    history.map((each, n) => (n === index ? { ...each, ...over } : each));

  test('a rightful history is right', () => {
    expect(walkFaults(world, history)).toEqual([]);
    const entries = history.map((each) => ({ ...each, action: `selfCheck.${each.action}` }));
    expect(entryFaults(history, entries)).toEqual([]);
  });

  test.each([
    ['somebody else submits', 0, { actor: 'a0202' }],
    ['the author signs', 1, { actor: 'a0203' }],
    ['a colleague signs', 1, { actor: 'a0202' }],
    ['another head signs', 1, { actor: 'a0100' }],
    ['one person signs twice', 2, { actor: 'a0200' }],
    ['a step is skipped that has somebody', 1, { action: 'skipped', actor: 'system' }],
    ['an outsider decides', 3, { actor: leader }],
    ['nobody met', 3, { attendees: [] }],
    ['an outsider attended', 3, { attendees: ['a0203', 'a0202'] }],
    ['an outsider returns', 3, { action: 'returned', actor: 'a0100' }],
  ])('%s: reported', (_name, index, over) => {
    expect(walkFaults(world, at(index, over))).toHaveLength(1);
  });

  test('a record with another actor, a deed too few or a foreign draft is reported', () => {
    const entries = history.map((each) => ({ ...each, action: `selfCheck.${each.action}` }));
    const other = entries.map((each, n) => (n === 1 ? { ...each, actor: 'a0100' } : each));
    expect(entryFaults(history, other)).toHaveLength(1);
    expect(entryFaults(history, entries.slice(1))).toHaveLength(1);
    const draft = { ...event('', '', 'a0202'), action: 'selfCheck.draftSaved' };
    expect(entryFaults(history, [...entries, draft])).toHaveLength(1);
  });

  test('words of another hand are reported', () => {
    const words = (writer: string) => [{ author: 'a0203', words: `x${canaryOf(writer)}` }];
    expect(wordFaults([], words('a0203'))).toEqual([]);
    expect(wordFaults([], words('a0202'))).toHaveLength(1);
    const opinion = { opinion: canaryOf('a0202') };
    expect(wordFaults([event('headOpinion', 'agreed', 'a0200', opinion)], [])).toHaveLength(1);
    expect(writersIn(`${canaryOf('a1')}密密${canaryOf('b2')}`)).toEqual(['a1', 'b2']);
  });
});

describe('the process', () => {
  const MEGABYTE = 1024 * 1024;
  const samples = (growth: number) =>
    Array.from({ length: 300 }, (_, n) => ({
      rss: (150 + (n % 7) * 3 + growth * n) * MEGABYTE,
      heap: (50 + (n % 11) * 4 + growth * n) * MEGABYTE,
    }));

  test('a leak is reported, the collector’s ups and downs are not', () => {
    expect(judgeMemory(samples(0)).faults).toEqual([]);
    expect(judgeMemory(samples(0.5)).faults).toEqual([
      'resident memory grows',
      'live objects grow',
    ]);
    expect(judgeMemory(samples(5)).faults).toContainEqual(expect.stringMatching(/resident$/));
  });

  test('errors, answers and keys in the log are reported, also when a line comes in pieces', () => {
    const log = watchLog(['the-key']);
    log.read(Buffer.from('{"level":40,"msg":"lark delivery refused"}\n{"level":'));
    expect(log.complaints()).toEqual([]);
    log.read(Buffer.from(`50,"msg":"x"}\n{"level":30,"msg":"${canaryOf('a0001')}"}\n`));
    log.read(Buffer.from('{"level":30,"msg":"the-key"}\nSegmentation fault\n'));
    expect(log.complaints()).toHaveLength(4);
  });
});

/** Bodies of a megabyte are compared by what they hash to. */
function digestOf(shot: Shot): string {
  const hash = createHash('sha256');
  if ('bytes' in shot) hash.update(shot.bytes);
  else hash.update(JSON.stringify([shot.path, shot.headers])).update(shot.body ?? '');
  return `${shot.kind} ${hash.digest('hex')}`;
}

describe('the plan', () => {
  afterEach(() => void vi.useRealTimers());

  test('the same seed fires the same shots, another seed others', () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-22T10:00:00Z'), toFake: ['Date'] });
    const planned = (seed: number): readonly string[] => {
      const forms = new Map(
        world.units
          .flatMap(({ members }) => members)
          .map(({ code }) => [
            code,
            { id: code, author: code, revision: 3, step: 'fill', signed: [] },
          ]),
      );
      const keys = {
        appId: 'a',
        appSecret: 'b',
        encryptKey: 'c',
        verificationToken: 'dddd',
        baseUrl: '',
      };
      const known: Known = { config: keys, world, seed, forms, otherIds: ['x'], recent: [] };
      return Array.from({ length: 400 }, (_, index) => digestOf(shotAt(known, index)));
    };
    expect(planned(7)).toEqual(planned(7));
    expect(planned(7)).not.toEqual(planned(8));
    const kinds = planned(7).map((digest) => digest.replace(/ [0-9a-f]{64}$/, ''));
    expect(new Set(kinds).size).toBeGreaterThan(15);
  });
});
