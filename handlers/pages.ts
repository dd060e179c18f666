/** What the hosted pages show: a form to its writer, the progress to whoever answers for it. */
import type { FormSight, PageViews, ProgressSight, Visits } from '../bot/page/ports.ts';
import type { Card } from '../cards/model.ts';
import { procedureCard } from '../cards/procedure.ts';
import { fillCard } from '../cards/self-check-form.ts';
import { refusalText } from '../cards/wording.ts';
import { dayOf } from '../domain/calendar.ts';
import type { Context, Store } from '../services/context.ts';
import { endVisits, openVisit, visitorOf } from '../services/page-session.ts';
import { type ProcedureView, viewProcedure } from '../services/procedure-view.ts';
import { type CycleProgress, viewDashboard } from '../services/progress.ts';
import { formLines, ownLine } from './lists.ts';

type At = Pick<Context, 'now' | 'zone'>;

type PageHouse = { readonly views: PageViews; readonly visits: Visits };

/** Views and visits on `db` at the instant of asking. */
export function createPageHouse(options: {
  readonly db: Store;
  readonly now: () => Date;
  readonly zone: string;
}): PageHouse {
  const { db, zone, now } = options;
  return {
    views: {
      form: (person, procedureId) => formSight(db, person, procedureId, { now: now(), zone }),
      progress: (person, query) => progressSight(db, person, query, { now: now(), zone }),
    },
    visits: {
      open: (user) => openVisit(db, user, now()),
      visitor: (key) => visitorOf(db, key, now()),
      end: (key) => endVisits(db, key),
    },
  };
}

const notYours = (): { readonly kind: 'refused'; readonly text: string } => ({
  kind: 'refused',
  text: refusalText({ code: 'notYours' }),
});

/** Whoever did not write the form is told the same as about a form that does not exist (ORG-29). */
async function formSight(
  db: Store,
  person: string,
  procedureId: string,
  at: At,
): Promise<FormSight> {
  const view = await viewProcedure(db, procedureId, person, at);
  if (view === undefined || !view.isAuthor) return notYours();
  return { kind: 'card', card: drawForm(view, at.zone), revision: view.row.state.revision };
}

function drawForm(view: ProcedureView, zone: string): Card {
  const shown = { ...view, zone };
  const writing = view.current?.kind === 'fill' && view.row.state.status === 'open';
  return writing ? fillCard(shown) : procedureCard(shown, view.viewer);
}

type Query = Parameters<PageViews['progress']>[1];

async function progressSight(
  db: Store,
  person: string,
  query: Query,
  at: At,
): Promise<ProgressSight> {
  const view = await viewDashboard(db, person, at, query);
  const narrowed = query.cycleId !== undefined || query.department !== undefined;
  if (narrowed && view.cycles.length === 0) return notYours();
  const beyond = view.cycles.some(({ missing }) => missing.length === 0);
  if (beyond && (query.page ?? 0) > 0) return progressSight(db, person, { ...query, page: 0 }, at);
  return {
    kind: 'progress',
    dashboard: {
      own: view.own.map(ownLine),
      cycles: view.cycles.map((cycle) => cycleOf(cycle, view.listed, query.page ?? 0)),
      department: query.department ?? null,
      today: dayOf(at.now, at.zone),
    },
  };
}

function cycleOf(progress: CycleProgress, size: number, page: number) {
  const { cycle, profile, stages, departments } = progress;
  const total = departments.reduce((sum, each) => sum + each.owed - each.submitted, 0);
  const pages = Math.max(1, Math.ceil(total / size));
  const { forms, missing, unstaffed } = formLines(progress);
  return {
    id: cycle.id,
    name: profile.name,
    stages,
    departments,
    forms,
    unstaffed,
    missing: { people: missing, total, page, pages },
  };
}
