/** Looks for what would keep the product from doing its work, each finding with a code that names the fix. */
import { accountsAt } from '../db/accounts.ts';
import { outboxState } from '../db/outbox.ts';
import { unitsWithoutPrincipal } from '../db/units.ts';
import { dayOf } from '../domain/calendar.ts';
import { calendarCoverage } from './calendar.ts';
import type { Context } from './context.ts';
import { databaseTrouble } from './health.ts';
import { type StuckReview, stuckReviews } from './stuck-reviews.ts';

export type Finding = {
  readonly check:
    | 'database'
    | 'calendar'
    | 'principal'
    | 'outboxDead'
    | 'outboxLag'
    | 'messenger'
    | 'accounts'
    | 'stuckReviews';
  readonly ok: boolean;
  readonly detail: string;
};

/** What a messenger says about its directory: everybody it shows the app, or why it does not. */
export type DirectoryProbe = {
  readonly platform: string;
  readonly list: () => Promise<
    | { readonly ok: true; readonly userIds: ReadonlySet<string> }
    | { readonly ok: false; readonly reason: string }
  >;
};

const LAG_MS = 5 * 60_000;

/** Runs every check; one that cannot run is a finding itself. */
export async function examine(
  ctx: Context,
  probes: readonly DirectoryProbe[],
): Promise<readonly Finding[]> {
  const trouble = await databaseTrouble(ctx.db);
  const database: Finding = { check: 'database', ok: trouble === null, detail: trouble ?? '' };
  if (trouble !== null) return [database];
  const today = dayOf(ctx.now, ctx.zone);
  const year = Number(today.slice(0, 4));
  const covered = calendarCoverage();
  const leaderless = await unitsWithoutPrincipal(ctx.db, today);
  const stuck = await stuckReviews(ctx.db, today);
  const outbox = await outboxState(ctx.db, ctx.now);
  const oldest = outbox.oldestDueAt;
  const lagging = oldest !== null && ctx.now.getTime() - oldest.getTime() > LAG_MS;
  const findings: Finding[] = [
    database,
    { check: 'calendar', ok: covered >= year, detail: String(covered) },
    { check: 'principal', ok: leaderless.length === 0, detail: leaderless.join('、') },
    { check: 'stuckReviews', ok: stuck.length === 0, detail: namesOf(stuck) },
    { check: 'outboxDead', ok: outbox.dead === 0, detail: String(outbox.dead) },
    { check: 'outboxLag', ok: !lagging, detail: String(outbox.pending) },
  ];
  for (const probe of probes) findings.push(...(await examineDirectory(ctx, probe, today)));
  return findings;
}

const namesOf = (stuck: readonly StuckReview[]): string =>
  stuck.map(({ subjectName, stepName }) => `${subjectName}（${stepName}）`).join('、');

async function examineDirectory(
  ctx: Context,
  probe: DirectoryProbe,
  today: string,
): Promise<readonly Finding[]> {
  const listed = await probe.list();
  if (!listed.ok) return [{ check: 'messenger', ok: false, detail: listed.reason }];
  const accounts = await accountsAt(ctx.db, probe.platform, today);
  const unseen = accounts
    .filter(({ userId }) => !listed.userIds.has(userId))
    .map(({ name }) => name);
  return [
    { check: 'messenger', ok: true, detail: String(listed.userIds.size) },
    { check: 'accounts', ok: unseen.length === 0, detail: unseen.join('、') },
  ];
}
