/** Lists, files, launches and typed words: who sees and who may what, against `test/authorisation/lists.ts`. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Reply } from '../cards/model.ts';
import { menu } from '../handlers/menu.ts';
import { type Desk, openDesks } from './authorisation/desk.ts';
import { expectedOf, stateIds } from './authorisation/forms.ts';
import {
  type Content,
  expectedOnUnit,
  listActions,
  reachOf,
  unitActions,
  words,
} from './authorisation/lists.ts';
import { type Clicker, clickers, unitIds } from './authorisation/people.ts';
import { authorOf, OUTSIDER, type Stage, setStage } from './authorisation/stage.ts';
import { actorsAgainst, receiversAgainst, replyAgainst } from './authorisation/verdict.ts';
import { shipped } from './support/shipped-profile.ts';

let stage: Stage;
let desk: Desk;
const authors = new Map<string, string>();

beforeAll(async () => {
  stage = await setStage();
  const { db } = stage.bureau;
  for (const row of await db.selectFrom('procedure').select(['id', 'subject_person']).execute())
    authors.set(row.id, row.subject_person);
  const [only] = await openDesks(db, 1);
  if (only === undefined) throw new Error('no desk');
  desk = only;
});
afterAll(async () => {
  await desk?.close();
  await stage?.bureau.close();
});

const isKnown = ({ relation }: Clicker) => relation !== 'left' && relation !== 'stranger';
const author = (state: 'fill' | 'completed'): Clicker => ({
  code: authorOf(state),
  relation: 'author',
  department: 'A1',
});
const everybody = [...clickers, author('fill'), author('completed')];
const known = everybody.filter(isKnown);

describe('units: launch and export', () => {
  const values = { profile: shipped.profile.id, startOn: '2026-09-22' };
  const cells = Object.keys(unitActions).flatMap((action) =>
    unitIds.map((unit) => [action, unit] as const),
  );

  it.each(cells)('%s for %s', async (action, unit) => {
    const complaints: string[] = [];
    for (const clicker of everybody) {
      const outcome = expectedOnUnit(action, clicker, unit);
      const before = await desk.written();
      const wrong = await desk.undone(async () => {
        const click = { by: clicker.code, action, payload: { unit }, values };
        const reply = await desk.click(click);
        const said = replyAgainst(outcome, reply, { role: 'leading_group_office' });
        if (outcome !== 'allowed' || unitActions[action]?.reads === true) return said;
        const news = await desk.news();
        const told = action === 'register.export' ? receiversAgainst(clicker.code, news) : [];
        return [...said, ...actorsAgainst(clicker.code, news), ...told];
      });
      const wrote = (await desk.written()) !== before;
      const writes = outcome === 'allowed' && unitActions[action]?.reads !== true;
      complaints.push(
        ...wrong.map((text) => `${clicker.code}: ${text}`),
        ...(wrote === writes ? [] : [`${clicker.code}: wrote ${wrote}`]),
      );
    }
    expect(complaints).toEqual([]);
  });

  it.each(['A1', 'X', 'u'])(
    'no unit is called %s: nothing to launch, nothing to take away',
    async (unit) => {
      for (const action of Object.keys(unitActions)) {
        const reply = await desk.click({ by: 'office', action, payload: { unit }, values });
        const named = ['cycle.launch', 'cycle.rehearse'];
        const outcome = named.includes(action) ? 'unitUnknown' : 'roleRequired';
        expect(replyAgainst(outcome, reply, { role: 'leading_group_office', unit })).toEqual([]);
      }
    },
  );
});

const found = (text: string, pattern: RegExp): string[] =>
  [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ''))].sort();
const ids = (text: string) => found(text, /"id":\s*"([0-9a-f-]{36})"/g);
const departments = (text: string) => found(text, /科室([A-Z]\d)/g);

/** What `text`, the answer to `clicker`, should and does name. */
const contents: Readonly<
  Record<Content, (clicker: Clicker, text: string) => readonly [is: unknown, should: unknown]>
> = {
  tasks: (clicker, text) => {
    const mine = stateIds.filter((state) => {
      const actions = clicker.relation === 'author' ? ['selfCheck.submit'] : ['review.agree'];
      const own = clicker.relation !== 'author' || authorOf(state) === clicker.code;
      return (
        own &&
        actions.some((each) => expectedOf(each, clicker.relation, state).outcome === 'allowed')
      );
    });
    const listed = ids(text);
    return [stateIds.filter((state) => listed.includes(stage.forms.get(state) ?? '')), mine];
  },
  progress: (clicker, text) => [
    [departments(text), ids(text).filter((id) => authors.get(id) !== clicker.code)],
    [reachOf(clicker, 'U'), []],
  ],
  register: (clicker, text) => {
    const own = { [authorOf('completed')]: ['A1'], [OUTSIDER]: ['O1'] }[clicker.code] ?? [];
    const reach = [...reachOf(clicker, 'U'), ...reachOf(clicker, 'O'), ...own];
    return [departments(text), ['A1', 'O1', 'S1'].filter((each) => reach.includes(each))];
  },
  ownForm: (clicker, text) => {
    const form = found(text, /"procedure:([0-9a-f-]{36})"/g);
    const owes = clicker.department !== 'O1';
    return [form.map((id) => authors.get(id)), owes ? [clicker.code] : []];
  },
  launch: (clicker, text) => [
    found(text, /"cycle\.propose".*?"unit":\s*"(\w+)"/g),
    unitIds.filter((unit) => expectedOnUnit('cycle.propose', clicker, unit) === 'allowed'),
  ],
  signable: (clicker, text) => {
    const listed = ids(text);
    const mine = stateIds.filter((state) => {
      const isSigned = /[hH]eadOpinion|leaderOpinion|authorLeft/.test(state);
      const { outcome } = expectedOf('review.agree', clicker.relation, state);
      return isSigned && clicker.relation !== 'author' && outcome === 'allowed';
    });
    return [stateIds.filter((state) => listed.includes(stage.forms.get(state) ?? '')), mine];
  },
  deputies: ({ relation, role }, text) => {
    const isOver = relation === 'formerSigner' || relation === 'formerHead';
    const silent = ['team_member', 'administrator', 'informant'];
    const mayName = role !== undefined && !isOver && !silent.includes(role.name);
    return [text.includes('"delegation.name"'), mayName];
  },
  help: (_clicker, text) => [Object.keys(words).filter((word) => !text.includes(word)), []],
};

describe('typed words', () => {
  const answered = (by: string, text: string) =>
    desk.undone(async () => {
      await desk.say({ by, text });
      return desk.news();
    });

  it.each(Object.entries(words))('%s shows everybody the own part', async (word, { content }) => {
    const complaints: string[] = [];
    for (const clicker of known) {
      const news = await answered(clicker.code, word);
      const text = news.messages
        .map((message) => JSON.stringify(JSON.parse(message.content)))
        .join();
      const [is, should] = contents[content](clicker, text);
      complaints.push(...receiversAgainst(clicker.code, news), ...news.actors);
      if (news.messages.length !== 1)
        complaints.push(`${clicker.code}: ${news.messages.length} messages`);
      if (JSON.stringify(is) !== JSON.stringify(should))
        complaints.push(`${clicker.code}: ${JSON.stringify(is)}, not ${JSON.stringify(should)}`);
    }
    expect(complaints).toEqual([]);
  });

  it.each(Object.keys(words))('%s tells those without an account nothing', async (word) => {
    for (const { code } of everybody.filter((each) => !isKnown(each))) {
      const { messages, actors } = await answered(code, word);
      expect(messages.map(({ person }) => person)).toEqual([null]);
      expect(messages[0]?.content).toContain('还没有登记');
      expect(actors).toEqual([]);
    }
  });

  const cardOf = (reply: Reply) => JSON.stringify(reply.replace ?? null);
  const buttons = [
    ...Object.keys(words).map((word) => ['command.run', word] as const),
    ...Object.entries(listActions).flatMap(([action, { word }]) =>
      action === 'command.run' ? [] : [[action, word] as const],
    ),
  ];
  it.each(buttons)('the button %s shows what %s shows', async (action, word) => {
    const payload = action === 'command.run' ? { word } : { n: 0 };
    for (const { code } of known) {
      const typed = (await answered(code, word)).messages[0]?.content ?? '';
      const clicked = await desk.undone(() => desk.click({ by: code, action, payload }));
      const card = JSON.parse(typed).card ?? null;
      expect(JSON.parse(cardOf(clicked)), code).toEqual(card);
    }
    for (const { code } of everybody.filter((each) => !isKnown(each))) {
      expect(replyAgainst('stranger', await desk.click({ by: code, action, payload }))).toEqual([]);
    }
  });

  it.each(Object.entries(menu))('the menu entry %s does what %s does', async (key, word) => {
    for (const by of ['head', 'office', 'principal', 'colleague', 'left', 'stranger']) {
      const pressed = await desk.undone(async () => {
        await desk.say({ by, menu: key });
        return desk.news();
      });
      const { messages } = await answered(by, word);
      expect(pressed.messages.map(({ content }) => content)).toEqual(
        messages.map(({ content }) => content),
      );
    }
  });

  it('opening the chat greets the person himself, once, and nobody without an account', async () => {
    for (const clicker of everybody) {
      const news = await desk.undone(async () => {
        await desk.say({ by: clicker.code, enters: true });
        await desk.say({ by: clicker.code, enters: true });
        return desk.news();
      });
      expect(news.messages.map(({ person }) => person)).toEqual(
        isKnown(clicker) ? [clicker.code] : [],
      );
    }
  });
});
