/** Brings one form into every state of the matrix through the product's own verbs, all in one database. */

import { launchCycle } from '../../services/cycle.ts';
import { closeCycle } from '../../services/cycle-close.ts';
import { importOrganisation } from '../../services/organisation-import.ts';
import type { LoadedProfile } from '../../services/profile.ts';
import { reviewForm } from '../../services/review.ts';
import { addPoint, saveDraft, submitForm, withdrawForm } from '../../services/self-check.ts';
import type { FormRef } from '../../services/writing.ts';
import { at, type Bureau, must, openBureau, PLATFORMS } from '../support/bureau.ts';
import { everyMorning } from '../support/reorganise.ts';
import { edited, loadText, pointWith, shipped } from '../support/shipped-profile.ts';
import { type State, stateIds, states } from './forms.ts';
import { organisationOf, type Unit } from './people.ts';

/** The head's role changed hands in the night before. */
export const CLICKED_AT = at('2026-09-22 10:00');

export const authorOf = (state: State): string => `author_${state}`;
/** What only those who see all of a form may read: what was submitted, and the opinions. */
export const contentOf = (state: State): string => `内容-${state}-完`;
export const opinionOf = (state: State): string => `意见-${state}-完`;
/** What only the author may read. */
export const draftOf = (state: State): string => `草稿-${state}-完`;
/** The author of the one form of unit O. */
export const OUTSIDER = 'elsewhere_team_member';

/** A second scheme whose cycle has been closed, and a third whose stage has not opened. */
const closing = loadText(edited('id: s2-justice-bureau', 'id: closing'));
const later = loadText(
  edited(
    'opens: { xun: { month: 9, part: late, edge: start } }',
    'opens: { monthDay: "10-08" }',
  ).replace('id: s2-justice-bureau', 'id: later'),
);

export type Stage = { readonly bureau: Bureau; readonly forms: ReadonlyMap<State, string> };

const authors = stateIds.map((state) => ({
  code: authorOf(state),
  department: states[state].department,
}));

export async function setStage(): Promise<Stage> {
  const bureau = await openBureau(organisationOf(authors, []));
  const launch = async (loaded: LoadedProfile, unitCode: Unit): Promise<string> =>
    must(await launchCycle(bureau.admin(), { loaded, unitCode })).cycleId;
  const closed = await launch(closing, 'U');
  const elsewhere = await launch(closing, 'O');
  const waiting = await launch(later, 'U');
  const running = await launch(shipped, 'U');
  const cycles: Partial<Record<State, string>> = {
    scheduled: waiting,
    closedCompleted: closed,
    cancelledFill: closed,
    cancelledReview: closed,
  };
  const forms = new Map<State, string>();
  for (const state of stateIds) {
    const form = await formIn(bureau, cycles[state] ?? running, authorOf(state));
    await bring(actorsOn(bureau, form, authorOf(state), state), state);
    forms.set(state, form);
  }
  const outside = actorsOn(bureau, await formIn(bureau, elsewhere, OUTSIDER), OUTSIDER, 'fill');
  await outside.write();
  await outside.submit();
  for (const role of ['department_head', 'leader_in_charge'])
    await outside.agree(`elsewhere_${role}`);
  await outside.decide('elsewhere_leading_group_office', ['elsewhere_leading_group_head']);
  for (const id of [closed, elsewhere]) must(await closeCycle(bureau.admin(), id));
  await dayTwo(bureau);
  return { bureau, forms };
}

/** The next morning: an author has left, and open reviews move to the new head. */
async function dayTwo(bureau: Bureau): Promise<void> {
  const morning = at('2026-09-22 09:00');
  const texts = organisationOf(authors, [authorOf('authorLeft')]);
  const imported = await importOrganisation(bureau.admin(morning), texts, PLATFORMS);
  if (!imported.ok) throw new Error(JSON.stringify(imported.errors));
  await everyMorning(bureau, morning);
}

async function formIn({ db }: Bureau, cycleId: string, author: string): Promise<string> {
  const row = await db
    .selectFrom('procedure')
    .select('id')
    .where('cycle_id', '=', cycleId)
    .where('subject_person', '=', author)
    .executeTakeFirstOrThrow();
  return row.id;
}

type Actors = ReturnType<typeof actorsOn>;

/** The verbs on one form, each with the revision it has then. */
function actorsOn({ db, as }: Bureau, procedureId: string, author: string, state: State) {
  const ref = async (): Promise<FormRef> => {
    const row = await db
      .selectFrom('procedure')
      .select('revision')
      .where('id', '=', procedureId)
      .executeTakeFirstOrThrow();
    return { procedureId, revision: row.revision };
  };
  const opinion = opinionOf(state);
  const submittedPoint = pointWith({ content: contentOf(state) });
  const review = async (by: string, verdict: 'agree' | 'return', meeting = {}) =>
    must(await reviewForm(as(by), { ...(await ref()), verdict, opinion, ...meeting }));
  return {
    write: async () => {
      must(await addPoint(as(author), await ref(), pointWith({ content: draftOf(state) })));
      must(await saveDraft(as(author), await ref(), pointWith({ content: draftOf(state) })));
    },
    submit: async () => must(await submitForm(as(author), await ref(), submittedPoint)),
    withdraw: async () => must(await withdrawForm(as(author), await ref())),
    agree: (by: string) => review(by, 'agree'),
    giveBack: (by: string) => review(by, 'return'),
    decide: (by: string, attendees: readonly string[]) =>
      review(by, 'agree', { meeting: { heldOn: '2026-09-21', attendees } }),
  };
}

async function bring(form: Actors, state: State): Promise<void> {
  if (state === 'scheduled') return;
  if (state === 'fill' || state === 'cancelledFill') return form.write();
  await form.submit().then(() => undefined);
  if (state === 'withdrawn') await form.withdraw();
  const { step } = states[state];
  if (step === 'headOpinion' || state === 'withdrawn') return;
  const below = states[state].department === 'S1';
  await form.agree(below ? 'belowHead' : 'formerSigner');
  if (state === 'returned') await form.giveBack('leader');
  if (step === 'leaderOpinion' || state === 'returned') return;
  await form.agree(below ? 'belowLeader' : 'leader');
  if (step === 'groupDecision') return;
  await form.decide('office', ['groupHead', 'groupMember']);
}
