/** The page 进度. */
import type { DashboardQuery } from '../../cards/dashboard.ts';
import { pageNotices } from '../../cards/page-notices.ts';
import { renderDashboard } from '../../cards/render/page/dashboard.ts';
import { document, type House, notice, type PageContext, type Seen } from './reply.ts';

const MOST_PAGES = 10_000;

/** GET: everything the visitor answers for, or one department of it. */
export async function showProgress(house: House, c: PageContext, seen: Seen) {
  const sight = await house.ports.views.progress(seen.visitor.person, queryOf(c));
  if (sight.kind === 'refused') return notice(house, c, 403, pageNotices.notYours(sight.text));
  const body = renderDashboard(sight.dashboard);
  return document(house, c, { title: '工作进度', body, wide: true });
}

function queryOf(c: PageContext): DashboardQuery {
  const { cycle, department, page } = c.req.query();
  const number = Math.trunc(Number(page ?? 1)) - 1;
  const isPage = number >= 0 && number < MOST_PAGES;
  return {
    ...(cycle === undefined ? {} : { cycleId: cycle }),
    ...(department === undefined ? {} : { department: department.slice(0, 64) }),
    page: isPage ? number : 0,
  };
}
