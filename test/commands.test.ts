import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Card } from '../cards/model.ts';
import { type Command, createCommands } from '../handlers/commands.ts';
import { launchCommands } from '../handlers/launch.ts';
import { listCommands } from '../handlers/lists.ts';
import { menu } from '../handlers/menu.ts';
import type { Caller } from '../handlers/reply.ts';

const real = [...listCommands, ...launchCommands([])];
const ran: string[] = [];
const answered = (word: string): Card => ({
  title: word,
  tone: 'neutral',
  summary: word,
  blocks: [],
});
/** The words of the product, with answers that only tell which one ran. */
const commands = createCommands(
  real.map(
    (command): Command => ({
      ...command,
      run: async () => {
        ran.push(command.word);
        return answered(command.word);
      },
    }),
  ),
);
const caller = nobody();

/** None of the answers here looks at the caller. */
function nobody(): Caller {
  return {} as Caller;
}

const wordsOf = (card: Card | null): string[] =>
  (card?.blocks ?? []).flatMap((block) =>
    block.kind === 'buttons' ? block.buttons.map(({ text }) => text) : [],
  );

beforeEach(() => {
  ran.length = 0;
});

describe('contract §6 typed words', () => {
  test.each(['待办', '自查', '进度', '台账'])('%s runs', async (word) => {
    expect((await commands.answer(caller, word))?.title).toBe(word);
    expect(ran).toEqual([word]);
  });

  test.each(real.flatMap(({ word, aliases }) => aliases.map((alias) => [alias, word] as const)))(
    '%s means %s',
    async (alias, word) => {
      await commands.answer(caller, alias);
      expect(ran).toEqual([word]);
    },
  );

  test.each([
    ' 待办 ',
    '待办。',
    '待办！',
    '/待办',
    '//待办?',
    '#待办',
    '\n待办\n',
    '待办!!~',
    '　待办　',
  ])('%j is understood as 待办', async (text) => {
    await commands.answer(caller, text);
    expect(ran).toEqual(['待办']);
  });

  test.each(['帮助', '帮助？', 'help', 'HELP', '?', '？', '你好', '菜单', '', '   ', '。'])(
    '%j shows everything there is',
    async (text) => {
      const card = await commands.answer(caller, text);
      expect(wordsOf(card)).toEqual([...real.map(({ word }) => word), '帮助']);
      expect(commands.lines.map(({ word }) => word)).toEqual(wordsOf(card));
    },
  );

  test('no word and no alias is taken twice', () => {
    const all = ['帮助', ...real.flatMap(({ word, aliases }) => [word, ...aliases])];
    expect(new Set(all).size).toBe(all.length);
  });

  test('every menu entry is a word that runs or helps', async () => {
    for (const word of Object.values(menu)) {
      const card = await commands.answer(caller, word);
      expect(ran.at(-1) === word || wordsOf(card).length === commands.lines.length).toBe(true);
    }
  });
});

describe('anything else', () => {
  test.each(['!', '。', ' ', '#', '/'])('300,000 times %j is answered at once', async (sign) => {
    const began = performance.now();
    await commands.answer(caller, `x${sign.repeat(300_000)}x`);
    // An expression that looks back at each sign would take minutes.
    expect(performance.now() - began).toBeLessThan(10_000);
    await commands.answer(caller, `待办${sign === '#' || sign === '/' ? '' : sign.repeat(150)}`);
    expect(ran).toEqual(['待办']);
  });

  test.each([
    ['代办事项', '待办'],
    ['看一下进度', '进度'],
    ['台帐', '台账'],
    ['我要自查', '自查'],
    ['帮忙', '帮助'],
  ])('%s: the nearest word %s comes first', async (text, nearest) => {
    const card = await commands.answer(caller, text);
    expect(ran).toEqual([]);
    expect(wordsOf(card)).toHaveLength(3);
    expect(wordsOf(card)[0]).toBe(nearest);
  });

  test.each(['同意', '退回，材料不全', '不同意', '通过'])(
    'a verdict typed as a message (%s) is sent to the card',
    async (text) => {
      const card = await commands.answer(caller, text);
      expect(JSON.stringify(card)).toContain('需要在卡片上填写');
      expect(ran).toEqual([]);
    },
  );

  test('is never met with silence, and what was typed is not repeated', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), async (noise) => {
        ran.length = 0;
        const card = await commands.answer(caller, `zq${noise}`);
        expect(card === null).toBe(false);
        expect(ran).toEqual([]);
        expect(JSON.stringify(card)).not.toContain('zq');
      }),
      { numRuns: 200 },
    );
  });
});
