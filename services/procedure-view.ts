/** Everything a card about a procedure may show to one person. */
import type { Reader } from '../db/client.ts';
import { findProcedure, type ProcedureRow, type StepEventRow } from '../db/procedures.ts';
import { registerNumbersOf } from '../db/risk-points.ts';
import { findFormVersion, stepHistory } from '../db/step-history.ts';
import { openTasksOfProcedure } from '../db/tasks.ts';
import { type Day, dayOf } from '../domain/calendar.ts';
import { currentAssignees, reviewersOf } from '../domain/procedure.ts';
import type { Profile, ProfileForm, ReviewStep, Step } from '../domain/profile.ts';
import {
  contentSchema,
  draftSchema,
  type RiskPointAnswer,
  type SelfCheckDraft,
} from '../domain/self-check.ts';
import { frozenForm, frozenProfile } from './frozen-profile.ts';
import { type Facts, loadFacts } from './procedure-facts.ts';

export type PersonName = { readonly code: string; readonly name: string };

/** One step of the chain as it stands for this form. */
export type StepView = {
  readonly step: Step;
  readonly state: 'done' | 'current' | 'ahead' | 'skipped';
  /** Who acts or will act, as far as it can be told today. */
  readonly people: readonly PersonName[];
};

export type ProcedureView = {
  readonly row: ProcedureRow;
  readonly profile: Profile;
  readonly form: ProfileForm;
  readonly viewer: string;
  readonly isAuthor: boolean;
  /** Whether the viewer may act on the current step now. */
  readonly mayAct: boolean;
  /** Whether the viewer has to do with this form at all. */
  readonly mayRead: boolean;
  readonly current: Step | null;
  readonly dueOn: Day | null;
  readonly today: Day;
  readonly draft: SelfCheckDraft;
  /** The points of the last submitted version. */
  readonly points: readonly RiskPointAnswer[];
  readonly steps: readonly StepView[];
  readonly history: readonly StepEventRow[];
  readonly registerNumbers: readonly string[];
  /** Who may have attended the deciding meeting. */
  readonly meetingMembers: readonly PersonName[];
};

/** The procedure as `viewer` may see it, or undefined when there is none. */
export async function viewProcedure(
  db: Reader,
  id: string,
  viewer: string,
  at: { readonly now: Date; readonly zone: string },
): Promise<ProcedureView | undefined> {
  const row = await findProcedure(db, id);
  if (row === undefined) return undefined;
  const profile = frozenProfile(row.profile);
  const form = frozenForm(profile, row.formCode);
  const today = dayOf(at.now, at.zone);
  // One after the other: inside a delivery they share its transaction's only connection.
  const facts = await loadFacts(db, row, today);
  const history = await stepHistory(db, id);
  const tasks = await openTasksOfProcedure(db, id);
  const stored = await findFormVersion(db, id, row.state.version);
  const registerNumbers = row.completedAt === null ? [] : await registerNumbersOf(db, id);
  const isAuthor = row.state.subject === viewer;
  const mayAct = currentAssignees(form.steps, row.state, facts).includes(viewer);
  return {
    row,
    profile,
    form,
    viewer,
    isAuthor,
    mayAct,
    mayRead:
      isAuthor ||
      mayAct ||
      history.some((event) => event.actorCode === viewer) ||
      oversees(facts, viewer),
    current: row.state.status === 'open' ? (form.steps[row.state.stepIndex] ?? null) : null,
    dueOn: tasks[0]?.dueOn ?? null,
    today,
    draft: draftSchema.parse(row.draft),
    points: stored === undefined ? [] : contentSchema.parse(stored.content).points,
    steps: stepViews(form, row, facts, history),
    history,
    registerNumbers,
    meetingMembers: membersOf(form, facts),
  };
}

/** The office that runs the work, its head and the discipline inspection may look into every form (ORG-29). */
function oversees(facts: Facts, viewer: string): boolean {
  const {
    leading_group_office: office,
    leading_group_head: head,
    discipline_inspection: discipline,
  } = facts.holders;
  return [office, head, discipline].some((holders) => holders?.includes(viewer) === true);
}

function stepViews(
  form: ProfileForm,
  row: ProcedureRow,
  facts: Facts,
  history: readonly StepEventRow[],
): readonly StepView[] {
  const { state } = row;
  return form.steps.map((step, index) => {
    const skipped = history.some(
      (event) =>
        event.stepId === step.id && event.action === 'skipped' && event.version === state.version,
    );
    const passed = state.status === 'completed' || index < state.stepIndex;
    if (step.kind === 'fill') {
      const author = { code: state.subject, name: row.subjectName };
      return { step, state: passed ? 'done' : 'current', people: [author] };
    }
    if (passed)
      return {
        step,
        state: skipped ? 'skipped' : 'done',
        people: signersOf(step, state.version, history),
      };
    const people = named(reviewersOf(step, state, facts), facts);
    return { step, state: index === state.stepIndex ? 'current' : 'ahead', people };
  });
}

function signersOf(
  step: ReviewStep,
  version: number,
  history: readonly StepEventRow[],
): readonly PersonName[] {
  return history
    .filter((event) => event.stepId === step.id && event.version === version)
    .filter(({ action }) => action === 'agreed' || action === 'decided')
    .map((event) => ({ code: event.actorCode, name: event.actorName ?? event.actorCode }));
}

const named = (codes: readonly string[], facts: Facts): readonly PersonName[] =>
  codes.map((code) => ({ code, name: facts.names.get(code) ?? code }));

function membersOf(form: ProfileForm, facts: Facts): readonly PersonName[] {
  const last = form.steps.at(-1);
  if (last?.kind !== 'decide') return [];
  const codes = last.meetingOf.flatMap((role) => facts.holders[role] ?? []);
  return named([...new Set(codes)], facts);
}
