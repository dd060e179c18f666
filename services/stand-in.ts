/** Recusal (回避) and hand-over (转交) of a task by whoever has it. */
import type { Reader } from '../db/client.ts';
import { departmentsOf, peopleOfDepartment } from '../db/organisation.ts';
import type { Day } from '../domain/calendar.ts';
import { takersOf } from '../domain/procedure-stand-in.ts';
import { isReview } from '../domain/profile-steps.ts';
import type { Result } from '../domain/refusal.ts';
import type { Context } from './context.ts';
import { newId } from './mutate.ts';
import type { Held } from './procedure.ts';
import { loadFacts } from './procedure-facts.ts';
import type { ProcedureView } from './procedure-view.ts';
import { takeStep } from './step-verb.ts';
import type { PersonName } from './step-view.ts';
import type { FormRef } from './writing.ts';

/** Declares a conflict of interest; the step goes to whoever comes next. */
export function recuseFrom(ctx: Context, ref: FormRef, reason: string): Promise<Result<null>> {
  const { procedureId, revision } = ref;
  const command = { kind: 'recuse' as const, by: ctx.actor.code, revision, reason };
  return takeStep(ctx, { procedureId, command, text: reason, field: 'reason' });
}

/** Gives the task to `to`. */
export function handOverTo(
  ctx: Context,
  ref: FormRef,
  to: string,
  reason: string,
): Promise<Result<null>> {
  const { procedureId, revision } = ref;
  const by = ctx.actor.code;
  const command = { kind: 'handOver' as const, by, revision, id: newId(), to, reason };
  return takeStep(ctx, {
    procedureId,
    command,
    text: reason,
    field: 'reason',
    learn: async (held, unit) => learnEligible(held, await unit.reader(), by),
  });
}

async function learnEligible(held: Held, db: Reader, by: string): Promise<Held> {
  const colleagues = await colleaguesOf(db, by, held.today);
  const eligible = colleagues.map(({ code }) => code);
  return { ...held, facts: { ...held.facts, eligible } };
}

/** Who works in the same department as `person`. */
async function colleaguesOf(db: Reader, person: string, day: Day): Promise<readonly PersonName[]> {
  const department = (await departmentsOf(db, [person], day)).get(person);
  return department === undefined ? [] : peopleOfDepartment(db, department, day);
}

/** To whom the viewer may hand the task that is shown. */
export async function viewTakers(
  db: Reader,
  view: Pick<ProcedureView, 'row' | 'current' | 'viewer' | 'today'>,
): Promise<readonly PersonName[]> {
  const step = view.current ?? undefined;
  if (!isReview(step)) return [];
  const facts = await loadFacts(db, view.row, view.today);
  const colleagues = await colleaguesOf(db, view.viewer, view.today);
  const eligible = colleagues.map(({ code }) => code);
  const names = new Map([
    ...colleagues.map(({ code, name }) => [code, name] as const),
    ...facts.names,
  ]);
  return takersOf(step, view.row.state, { ...facts, eligible })
    .filter((code) => code !== view.viewer)
    .map((code) => ({ code, name: names.get(code) ?? code }));
}
