/** What the page 进度 shows: the same figures as the card, with everybody's names and a look into one department. */
import type { Day } from '../domain/calendar.ts';
import { PROGRESS_PAGE } from './link.ts';
import type { Counts, FormLine, OwnFormLine, StageLine, UnstaffedLine } from './progress.ts';

export type DashboardCycle = {
  readonly id: string;
  readonly name: string;
  readonly stages: readonly StageLine[];
  readonly departments: readonly DepartmentLine[];
  readonly forms: readonly FormLine[];
  /** Forms nobody can write. */
  readonly unstaffed: readonly UnstaffedLine[];
  /** Of everything that has not been submitted, the page that is shown. */
  readonly missing: {
    readonly people: readonly MissingLine[];
    readonly total: number;
    /** From 0. */
    readonly page: number;
    readonly pages: number;
  };
};

export type DepartmentLine = Counts & {
  readonly departmentCode: string;
  readonly departmentName: string;
};

export type MissingLine = {
  readonly name: string;
  readonly postNames: string;
  readonly departmentName: string;
  readonly formName: string;
  readonly late: boolean;
};

export type Dashboard = {
  readonly own: readonly OwnFormLine[];
  readonly cycles: readonly DashboardCycle[];
  /** The one department the visitor looks into; null = everything he answers for. */
  readonly department: string | null;
  readonly today: Day;
};

/** What to look at; all missing = the whole overview. */
export type DashboardQuery = {
  readonly cycleId?: string;
  readonly department?: string;
  /** Of the people who have not submitted; from 0. */
  readonly page?: number;
};

/** The address of a look. */
export function dashboardPath({ cycleId, department, page }: DashboardQuery): string {
  const query = new URLSearchParams();
  if (cycleId !== undefined) query.set('cycle', cycleId);
  if (department !== undefined) query.set('department', department);
  if (page !== undefined && page > 0) query.set('page', String(page + 1));
  const text = query.toString();
  return text === '' ? PROGRESS_PAGE : `${PROGRESS_PAGE}?${text}`;
}
