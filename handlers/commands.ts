/** The words a user can type: 帮助, 待办, 自查, 进度, 台账. Anything else gets the nearest of them. */
import { distance } from 'fastest-levenshtein';
import { type HelpLine, helpCard } from '../cards/lists.ts';
import type { Card } from '../cards/model.ts';
import type { Caller } from './reply.ts';

export type Command = {
  readonly word: string;
  readonly aliases: readonly string[];
  /** One line for 帮助. */
  readonly text: string;
  /** The card that answers; null = the answer is on its way as a message of its own. */
  readonly run: (caller: Caller) => Promise<Card | null>;
};

export type Commands = {
  /** Answers typed text; never silent. */
  readonly answer: (caller: Caller, text: string) => Promise<Card | null>;
  /** What can be typed, 帮助 included. */
  readonly lines: readonly HelpLine[];
};

const helpAliases = ['help', '?', '？', '菜单', '功能', '使用帮助', '你好', '您好'];
const helpIntro = '廉哨在这里发送自查、审核和提醒卡片。您也可以随时发送下面的词语：';

export function createCommands(commands: readonly Command[]): Commands {
  const help: HelpLine = { word: '帮助', text: '查看可以使用的功能' };
  const lines = [...commands.map(({ word, text }): HelpLine => ({ word, text })), help];
  return {
    lines,
    answer: async (caller, text) => {
      const typed = normalise(text);
      if (typed === help.word || helpAliases.includes(typed)) return helpCard(lines, helpIntro);
      const command = commands.find(
        ({ word, aliases }) => word === typed || aliases.includes(typed),
      );
      return command === undefined ? nearest(lines, typed) : command.run(caller);
    },
  };
}

/** No command is longer, and cutting a tail off a long text takes a time that grows with its square. */
const LONGEST = 200;

const normalise = (text: string): string =>
  text
    .trim()
    .slice(0, LONGEST)
    .replace(/^[//#@\s]+/, '')
    .replace(/[。.！!？?~\s]+$/u, '')
    .toLowerCase()
    .slice(0, 40) || '?';

/** The three nearest words: shared characters first, then edit distance. */
function nearest(lines: readonly HelpLine[], typed: string): Card {
  const approval = /^(同意|退回|通过|不同意)/.test(typed);
  const intro = approval
    ? '审核意见需要在卡片上填写并点按钮。请发送“待办”，打开对应的卡片办理。'
    : '没有找到这个功能，您是不是想用：';
  const shared = (word: string) =>
    [...word].filter((character) => typed.includes(character)).length;
  const ranked = [...lines].sort(
    (a, b) => shared(b.word) - shared(a.word) || distance(a.word, typed) - distance(b.word, typed),
  );
  return helpCard(ranked.slice(0, 3), intro);
}
