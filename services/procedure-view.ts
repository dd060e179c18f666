/** Everything a card about a procedure may show to one person. */
import type { Reader } from '../db/client.ts';
import { type Dossier, findDossier, type HistoryRow } from '../db/dossiers.ts';
import type { ProcedureRow } from '../db/procedures.ts';
import { type Answers, answersSchema } from '../domain/answers.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import { punctuality } from '../domain/cycle.ts';
import { currentAssignees, deputised } from '../domain/procedure-people.ts';
import { nothingCollected } from '../domain/procedure-state.ts';
import type { Profile, ProfileForm } from '../domain/profile.ts';
import type { Step } from '../domain/profile-steps.ts';
import {
  contentSchema,
  draftSchema,
  emptyDraft,
  type RiskPointAnswer,
  type SelfCheckDraft,
} from '../domain/self-check.ts';
import type { Context } from './context.ts';
import { frozenForm, profileOf } from './frozen-profile.ts';
import { type Access, answersFor, oversees } from './procedure-access.ts';
import { type Facts, factsIn } from './procedure-facts.ts';
import {
  membersAt,
  type PersonName,
  type ReceiptView,
  receiptsOf,
  type StepView,
  standsFor,
  stepViews,
} from './step-view.ts';

export type Prefill = { readonly unitName: string; readonly powers: readonly string[] };

export type ProcedureView = {
  readonly row: ProcedureRow;
  readonly profile: Profile;
  readonly form: ProfileForm;
  readonly viewer: string;
  readonly isAuthor: boolean;
  /** Whether the viewer may act on the current step now. */
  readonly mayAct: boolean;
  /** How much the viewer may see; with less than all of it the view holds no answers and no opinions. */
  readonly access: Access;
  /** Whether the viewer may see anything of this form. */
  readonly mayRead: boolean;
  readonly current: Step | null;
  readonly dueOn: Day | null;
  readonly today: Day;
  /** What the program knows of the author already (RISK-06); filled for the author while he writes. */
  readonly prefill: Prefill;
  readonly draft: SelfCheckDraft;
  /** The points of the last submitted version. */
  readonly points: readonly RiskPointAnswer[];
  /** What is written into labelled fields, and what was last given in. */
  readonly draftAnswers: Answers;
  readonly answers: Answers;
  /** When the first version was given in, measured by the form's days (PLAN-08); null before. */
  readonly punctuality: 'early' | 'onTime' | 'late' | null;
  readonly steps: readonly StepView[];
  readonly history: readonly HistoryRow[];
  readonly registerNumbers: readonly string[];
  /** Who may have attended the meeting that the current step records. */
  readonly meetingMembers: readonly PersonName[];
  /** The name of the leader whose deputy the viewer is at this step; null = acts in his own right. */
  readonly standsFor: string | null;
  /** The addressees of the current step if it files. */
  readonly receipts: readonly ReceiptView[];
  /** Names of everybody the additions and the step speak of. */
  readonly names: ReadonlyMap<string, string>;
};

/** The procedure as `viewer` may see it, or undefined when there is none. */
export async function viewProcedure(
  db: Reader,
  id: string,
  viewer: string,
  at: { readonly now: Date; readonly zone: string },
): Promise<ProcedureView | undefined> {
  const today = dayOf(at.now, at.zone);
  const dossier = await findDossier(db, id, today);
  return dossier === undefined
    ? undefined
    : viewDossier(db, dossier, viewer, { today, zone: at.zone });
}

/** The procedure as `viewer` may see it with everything the delivery being handled has changed. */
export async function viewKnown(
  ctx: Context,
  id: string,
  viewer: string,
): Promise<ProcedureView | undefined> {
  const today = dayOf(ctx.now, ctx.zone);
  if (ctx.work === undefined) return viewProcedure(ctx.db, id, viewer, ctx);
  const dossier = await ctx.work.dossier(id, today);
  if (dossier === undefined) return undefined;
  return viewDossier(await ctx.work.reader(), dossier, viewer, { today, zone: ctx.zone });
}

/** What `viewer` may see of a dossier that was read for `today`. */
async function viewDossier(
  db: Reader,
  dossier: Dossier,
  viewer: string,
  { today, zone }: { readonly today: Day; readonly zone: string },
): Promise<ProcedureView> {
  const { row, history, openTasks } = dossier;
  const profile = await profileOf(db, row.cycleId);
  const form = frozenForm(profile, row.formCode);
  const facts = factsIn(dossier, today);
  const isAuthor = row.state.subject === viewer;
  const assignees = currentAssignees(form.steps, row.state, facts);
  const mayAct = assignees.includes(viewer);
  const concerned =
    isAuthor ||
    mayAct ||
    history.some((event) => event.actorCode === viewer || event.detail.onBehalfOf === viewer) ||
    deputised(form.steps, row.state, facts).includes(viewer) ||
    oversees(facts, viewer);
  const waitingFor = [...assignees, ...openTasks.map(({ personCode }) => personCode)];
  const access = concerned ? 'full' : await statusAccess(db, row, facts, waitingFor, viewer);
  const current = row.state.status === 'open' ? (form.steps[row.state.stepIndex] ?? null) : null;
  const writing = isAuthor && current?.kind === 'fill';
  const view: ProcedureView = {
    row,
    profile,
    form,
    viewer,
    isAuthor,
    mayAct,
    access,
    mayRead: access !== 'none',
    current,
    dueOn: openTasks[0]?.dueOn ?? null,
    today,
    prefill: writing && row.level === 'person' ? prefillOf(dossier) : noPrefill,
    ...writtenIn(form, isAuthor ? row.draft : null, dossier.submitted?.content ?? null),
    punctuality: punctualityOf(dossier, zone),
    steps: stepViews(form, row, facts, history),
    history,
    registerNumbers: dossier.registerNumbers,
    meetingMembers: membersAt(current, facts),
    standsFor: standsFor(current, row, facts, viewer),
    receipts: receiptsOf(current, row, facts, viewer),
    names: facts.names,
  };
  return access === 'full' ? view : bare(view);
}

type WrittenParts = Pick<ProcedureView, 'draft' | 'points' | 'draftAnswers' | 'answers'>;
const nothingWritten: WrittenParts = {
  draft: emptyDraft,
  points: [],
  draftAnswers: {},
  answers: {},
};

/** Draft and last version by the form's kind of content; null = not to be seen, or not there yet. */
function writtenIn({ content }: ProfileForm, draft: unknown, submitted: unknown): WrittenParts {
  if (content.kind === 'riskPoints') {
    return {
      ...nothingWritten,
      ...(draft === null ? {} : { draft: draftSchema.parse(draft) }),
      ...(submitted === null ? {} : { points: contentSchema.parse(submitted).points }),
    };
  }
  return {
    ...nothingWritten,
    ...(draft === null ? {} : { draftAnswers: answersSchema.parse(draft).answers }),
    ...(submitted === null ? {} : { answers: answersSchema.parse(submitted).answers }),
  };
}

/** A form that was returned was given in when it first was. */
function punctualityOf(
  { row, history, stageClosesAt }: Dossier,
  zone: string,
): ProcedureView['punctuality'] {
  const first = history.find(({ action }) => action === 'submitted');
  if (first === undefined) return null;
  const lastDay = row.latestOn ?? dayOf(new Date(stageClosesAt.getTime() - 1), zone);
  return punctuality(dayOf(first.at, zone), { earliestOn: row.earliestOn, lastDay });
}

const noPrefill: Prefill = { unitName: '', powers: [] };

/** `view` without anything that was written or decided; which steps are done stays. */
const bare = (view: ProcedureView): ProcedureView => ({
  ...view,
  row: {
    ...view.row,
    draft: emptyDraft,
    state: { ...view.row.state, collected: nothingCollected },
  },
  ...nothingWritten,
  history: [],
  registerNumbers: [],
  meetingMembers: [],
});

async function statusAccess(
  db: Reader,
  row: ProcedureRow,
  facts: Facts,
  waitingFor: readonly string[],
  viewer: string,
): Promise<Access> {
  return (await answersFor(db, row, facts, waitingFor, viewer)) ? 'status' : 'none';
}

function prefillOf({ author }: Dossier): Prefill {
  const powers = [...new Set(author.posts.flatMap((post) => post.powers))];
  return { unitName: author.unitName ?? author.posts[0]?.unitName ?? '', powers };
}
