import { describe, expect, test } from 'vitest';
import { findDossier } from '../db/dossiers.ts';
import { dayOf } from '../domain/calendar.ts';
import type { Context } from '../services/context.ts';
import { reviewForm } from '../services/review.ts';
import { addPoint, saveDraft, submitForm, withdrawForm } from '../services/self-check.ts';
import { createUnitOfWork, type OwnedUnitOfWork } from '../services/unit-of-work.ts';
import { chainOf, formOf, must, NOW, ZONE } from './support/bureau.ts';
import { useLaunchedBureau } from './support/hooks.ts';
import { pointWith } from './support/shipped-profile.ts';

const bureau = useLaunchedBureau();

const today = dayOf(NOW, ZONE);
const read = async (id: string) => findDossier(bureau.db, id, today);

/** What is prefilled is read while nobody has signed; what was read before stays known. */
const comparable = (dossier: Awaited<ReturnType<typeof read>>) => ({ ...dossier, author: null });

/** Runs a verb as part of a delivery; returns the dossier it foresees and commits. */
async function foreseen(
  person: string,
  id: string,
  verb: (ctx: Context) => Promise<unknown>,
): Promise<Awaited<ReturnType<typeof read>>> {
  const work: OwnedUnitOfWork = createUnitOfWork(bureau.db);
  await work.dossier(id, today);
  await verb({ ...bureau.as(person), work });
  const dossier = await work.dossier(id, today);
  await work.commit(null, {});
  return dossier;
}

describe('the dossier after a move is the one that is read afterwards', () => {
  const chain = chainOf('0013');
  const point = pointWith({ content: '采购验收由一人完成' });
  const review = (verdict: 'agree' | 'return') => async (ctx: Context) => {
    const ref = await formOf(bureau, chain.author);
    return must(await reviewForm(ctx, { ...ref, verdict, opinion: '请补充' }));
  };
  const moves: readonly [string, string, (ctx: Context) => Promise<unknown>][] = [
    [
      'a draft',
      chain.author,
      async (ctx) => must(await saveDraft(ctx, await formOf(bureau, chain.author), point)),
    ],
    [
      'a finished point',
      chain.author,
      async (ctx) => must(await addPoint(ctx, await formOf(bureau, chain.author), point)),
    ],
    [
      'a submission',
      chain.author,
      async (ctx) => must(await submitForm(ctx, await formOf(bureau, chain.author), point)),
    ],
    [
      'a withdrawal',
      chain.author,
      async (ctx) => must(await withdrawForm(ctx, await formOf(bureau, chain.author))),
    ],
    [
      'a second submission',
      chain.author,
      async (ctx) => must(await submitForm(ctx, await formOf(bureau, chain.author), point)),
    ],
    ['a return', chain.head, review('return')],
    [
      'a third submission',
      chain.author,
      async (ctx) => must(await submitForm(ctx, await formOf(bureau, chain.author), point)),
    ],
    ['a signature', chain.head, review('agree')],
    ['the next signature', chain.leader, review('agree')],
  ];
  test.for(moves)('%s', async ([, person, verb]) => {
    const { procedureId } = await formOf(bureau, chain.author);
    const dossier = await foreseen(person, procedureId, verb);
    expect(comparable(dossier)).toEqual(comparable(await read(procedureId)));
  });

  test('a meeting that decides is read inside its transaction', async () => {
    const { procedureId } = await formOf(bureau, chain.author);
    const meeting = { heldOn: today, attendees: ['0001', '0002'] };
    const dossier = await foreseen('0007', procedureId, async (ctx) => {
      const ref = await formOf(bureau, chain.author);
      return must(await reviewForm(ctx, { ...ref, verdict: 'agree', opinion: '同意', meeting }));
    });
    expect(dossier?.registerNumbers).toHaveLength(4);
    expect(dossier?.history.at(-1)?.attendeeNames).toHaveLength(2);
    expect(comparable(dossier)).toEqual(comparable(await read(procedureId)));
  });

  test('an unknown form has none', async () => {
    expect(await read('0198c2f0-7a55-7c3e-8f00-0123456789ab')).toBeUndefined();
  });
});

describe('two who decide on one state', () => {
  test('the second is refused with the state the first has made, and leaves nothing', async () => {
    const chain = chainOf('0014');
    const ref = await formOf(bureau, chain.author);
    must(await submitForm(bureau.as(chain.author), ref, pointWith({})));
    const now = await formOf(bureau, chain.author);
    const click = () =>
      reviewForm(bureau.as(chain.head), { ...now, verdict: 'agree' as const, opinion: '同意' });
    const results = await Promise.all(Array.from({ length: 6 }, click));
    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    const refusals = results.flatMap((each) => (each.ok ? [] : [each.refusal.code]));
    expect(new Set(refusals)).toEqual(new Set(['stale']));
    const dossier = await read(now.procedureId);
    expect(dossier?.history.filter(({ action }) => action === 'agreed')).toHaveLength(1);
  });

  test('tasks that changed hands between reading and writing are seen', async () => {
    const chain = chainOf('0016');
    const ref = await formOf(bureau, chain.author);
    must(await submitForm(bureau.as(chain.author), ref, pointWith({})));
    const now = await formOf(bureau, chain.author);
    const other = bureau.db;
    const work = createUnitOfWork(bureau.db);
    must(
      await reviewForm(
        { ...bureau.as(chain.head), work },
        { ...now, verdict: 'agree', opinion: '同意' },
      ),
    );
    await other
      .updateTable('task')
      .set({ state: 'lapsed', closed_at: NOW })
      .where('procedure_id', '=', now.procedureId)
      .where('state', '=', 'open')
      .execute();
    await expect(work.commit(null, {})).rejects.toMatchObject({ code: 'LS001' });
    expect((await read(now.procedureId))?.row.state.revision).toBe(now.revision);
  });
});
