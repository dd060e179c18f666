/** Every click of every relation in every state, against what the requirements allow (`test/authorisation/`). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Click, type Desk, openDesks } from './authorisation/desk.ts';
import {
  expectedOf,
  formActions,
  type Sight,
  type State,
  sightOf,
  stateIds,
} from './authorisation/forms.ts';
import { clickers, type Relation, relationIds } from './authorisation/people.ts';
import { authorOf, contentOf, type Stage, setStage } from './authorisation/stage.ts';
import {
  actorsAgainst,
  contentAgainst,
  type Outcome,
  receiversAgainst,
  replyAgainst,
} from './authorisation/verdict.ts';
import { UNKNOWN } from './support/bureau.ts';
import { pointWith } from './support/shipped-profile.ts';

const DESKS = 3;

let stage: Stage;
let desks: readonly Desk[];
const revisions = new Map<string, number>();
let cycleId: string;

beforeAll(async () => {
  stage = await setStage();
  const { db } = stage.bureau;
  const rows = await db.selectFrom('procedure').select(['id', 'revision', 'cycle_id']).execute();
  for (const row of rows) revisions.set(row.id, row.revision);
  cycleId = rows[0]?.cycle_id ?? '';
  desks = await openDesks(db, DESKS);
});
afterAll(async () => {
  for (const desk of desks ?? []) await desk.close();
  await stage?.bureau.close();
});

const verdictValues = {
  opinion: '同意',
  heldOn: '2026-09-22',
  attendees: ['groupHead', 'groupMember'],
};
const pointValues = { ...pointWith({ content: '新写的一条' }) };

const numbered = ['selfCheck.editPoint', 'comment.accept', 'comment.explain', 'filing.confirm'];
/** Another holder of the step's roles. */
const takers: Partial<Record<State, string>> = {
  headOpinion: 'leader',
  authorLeft: 'leader',
  leaderOpinion: 'principal',
  groupDecision: 'groupHead',
  belowHeadOpinion: 'belowLeader',
};
/** Clicks that only open a card. */
const opens = ['selfCheck.open', 'review.standIn'];

/** The click of `by` on the form of `state`, complete in every respect but the right to it. */
function clickOn(action: string, state: State, by: string): Click {
  const id = stage.forms.get(state) ?? '';
  const r = revisions.get(id) ?? 0;
  if (action === 'procedure.read' || action === 'procedure.history')
    return { by, action, payload: { id, n: 0 } };
  if (action === 'procedure.refresh' || action === 'task.show')
    return { by, action, payload: { id } };
  if (action === 'review.standIn') return { by, action, payload: { id } };
  if (action === 'comment.show') return { by, action, payload: { id, n: 0 } };
  const payload = numbered.includes(action) ? { id, r, n: 0 } : { id, r };
  const to = takers[state] ?? 'leader';
  const values = action.startsWith('review.')
    ? { ...verdictValues, to, reason: '出差' }
    : pointValues;
  return { by, action, payload, values };
}

/** Somebody of the relation; where there are several they take turns, so that each meets every action and state. */
function somebodyOf(relation: Relation, state: State, turn: number): string {
  if (relation === 'author') return authorOf(state);
  const people = clickers.filter((each) => each.relation === relation);
  return people[(turn + stateIds.indexOf(state)) % people.length]?.code ?? '';
}

type Cell = { readonly relation: Relation; readonly sight: Sight; readonly click: Click };

/** Clicks the cell and says what is wrong with what came of it. */
async function tryCell(desk: Desk, state: State, { relation, sight, click }: Cell) {
  const { outcome } = expectedOf(click.action, relation, state);
  const reply = await desk.click(click);
  const isAuthor = relation === 'author';
  const wrong = [...replyAgainst(outcome, reply), ...contentAgainst(sight, state, reply, isAuthor)];
  if (outcome !== 'allowed' || opens.includes(click.action)) return wrong;
  const news = await desk.news();
  const isRead = formActions[click.action]?.kind === 'read';
  if (isRead) return [...wrong, ...receiversAgainst(click.by, news)];
  return [...wrong, ...actorsAgainst(click.by, news)];
}

/** Every relation clicks `action` on the form of `state`; the refused ones in one go, which must have written nothing. */
async function tryState(desk: Desk, action: string, turn: number, state: State): Promise<string[]> {
  const cells = relationIds.map((relation): Cell => {
    const click = clickOn(action, state, somebodyOf(relation, state, turn));
    return { relation, sight: sightOf(relation, state), click };
  });
  const complaints: string[] = [];
  const isAllowed = ({ relation }: Cell) =>
    expectedOf(action, relation, state).outcome === 'allowed';
  const attempt = async (cell: Cell, mayWrite: boolean) => {
    const before = await desk.written();
    const wrong = [...(await desk.undone(() => tryCell(desk, state, cell)))];
    const wrote = (await desk.written()) !== before;
    if (wrote && !mayWrite) wrong.push('was refused and yet wrote');
    if (!wrote && mayWrite) wrong.push('wrote nothing');
    complaints.push(...wrong.map((text) => `${cell.click.by} · ${action} · ${state}: ${text}`));
  };
  const refused = cells.filter((cell) => !isAllowed(cell));
  const before = await desk.written();
  const wrong: string[] = [];
  await desk.undone(async () => {
    for (const cell of refused) wrong.push(...(await tryCell(desk, state, cell)));
  });
  const clean = wrong.length === 0 && (await desk.written()) === before;
  if (!clean) for (const cell of refused) await attempt(cell, false);
  const writes = formActions[action]?.kind === 'act' && !opens.includes(action);
  for (const cell of cells.filter(isAllowed)) await attempt(cell, writes || action === 'task.show');
  return complaints;
}

describe('forms: who may do what in which state', () => {
  it.each(Object.keys(formActions).map((action, turn) => [action, turn] as const))(
    '%s',
    async (action, turn) => {
      const waiting = [...stateIds];
      const work = async (desk: Desk): Promise<string[]> => {
        const state = waiting.shift();
        if (state === undefined) return [];
        return [...(await tryState(desk, action, turn, state)), ...(await work(desk))];
      };
      const complaints = await Promise.all(desks.map(work));
      expect(complaints.flat()).toEqual([]);
    },
  );

  it('whoever may see all of a form reads what was submitted', async () => {
    const unwritten = ['scheduled', 'fill', 'cancelledFill'];
    const submitted = stateIds.filter((state) => !unwritten.includes(state));
    expect(submitted).toHaveLength(stateIds.length - unwritten.length);
    for (const state of submitted) {
      const reply = await desks[0]?.click(clickOn('procedure.read', state, 'discipline'));
      expect(JSON.stringify(reply)).toContain(contentOf(state));
    }
  });
});

describe('forged clicks of people who hold the right role', () => {
  const turns = [
    ['selfCheck.submit', 'fill', authorOf('fill')],
    ['selfCheck.saveDraft', 'fill', authorOf('fill')],
    ['selfCheck.withdraw', 'headOpinion', authorOf('headOpinion')],
    ['review.agree', 'headOpinion', 'head'],
    ['review.return', 'leaderOpinion', 'leader'],
    ['review.agree', 'groupDecision', 'office'],
  ] as const satisfies readonly (readonly [string, State, string])[];

  const refusedWith = async (click: Click, outcome: Outcome) => {
    const [desk] = desks;
    if (desk === undefined) throw new Error('no desk');
    const before = await desk.written();
    expect(replyAgainst(outcome, await desk.undone(() => desk.click(click)))).toEqual([]);
    expect(await desk.written()).toBe(before);
  };

  it.each(turns)('%s on a form that does not exist', async (action, state, by) => {
    const click = clickOn(action, state, by);
    await refusedWith({ ...click, payload: { ...click.payload, id: UNKNOWN } }, 'notFound');
  });

  it.each(turns)('%s with the id of a cycle instead of a form', async (action, state, by) => {
    const click = clickOn(action, state, by);
    await refusedWith({ ...click, payload: { ...click.payload, id: cycleId } }, 'notFound');
  });

  // What an author typed into an old card is kept as a draft: `test/self-check-points.flow.test.ts`.
  const decisions = turns.filter(([action]) => !/submit|saveDraft/.test(action));
  it.each(decisions)(
    '%s with the revision of another form: in %s by %s',
    async (action, state, by) => {
      const click = clickOn(action, state, by);
      await refusedWith({ ...click, payload: { ...click.payload, r: 77 } }, 'stale');
      const nobody = { ...click, by: 'colleague' };
      await refusedWith({ ...nobody, payload: { ...click.payload, r: 77 } }, 'notYours');
    },
  );

  it.each(turns)('%s on the form of another unit, in %s by %s', async (action, state, by) => {
    const foreign = stage.forms.get('belowHeadOpinion') ?? '';
    const click = clickOn(action, state, by);
    const payload = { ...click.payload, id: foreign, r: revisions.get(foreign) ?? 0 };
    await refusedWith({ ...click, payload }, 'notYours');
  });

  it('a message that a newer one has replaced no longer acts', async () => {
    const [desk] = desks;
    await desk?.undone(async () => {
      const message = 'om_old';
      await desk.retire(message);
      for (const [action, state, by] of turns)
        await refusedWith({ ...clickOn(action, state, by), message }, 'stale');
    });
  });
});
