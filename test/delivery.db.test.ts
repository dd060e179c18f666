import { describe, expect, test } from 'vitest';
import type { Message } from '../domain/effect.ts';
import { deliverOnce } from '../services/delivery.ts';
import { forgetAnswered } from '../services/dispatch.ts';
import { addPoint, saveDraft, submitForm } from '../services/self-check.ts';
import type { UnitOfWork } from '../services/unit-of-work.ts';
import { at, codeOf, fingerprint, formOf, NOW, tracesOf, untouched } from './support/bureau.ts';
import { useLaunchedBureau } from './support/hooks.ts';
import { pointWith } from './support/shipped-profile.ts';

const bureau = useLaunchedBureau();
const somebody = untouched();

const keyOf = (eventId: string) => ({ platform: 'lark', eventId });
const answer = (eventId: string): Message => ({
  key: `answer-${eventId}`,
  to: { person: '0013' },
  content: { kind: 'card', card: { title: eventId } },
});
const deliver = <R>(
  eventId: string,
  handle: (work: UnitOfWork) => Promise<{ reply: R; messages: readonly Message[] }>,
) => deliverOnce(bureau.db, keyOf(eventId), NOW, handle);

/** Submits the form of `author` and answers with the code; counts how often it was called. */
function submission(author: string, revision: number, procedureId: string) {
  let calls = 0;
  return {
    calls: () => calls,
    handle: async (work: UnitOfWork) => {
      calls += 1;
      const ctx = { ...bureau.as(author), work };
      const result = await submitForm(ctx, { procedureId, revision }, pointWith());
      return { reply: { code: codeOf(result) }, messages: [answer(`${author}-submitted`)] };
    },
  };
}

describe('one delivery', () => {
  test('repeated, it returns the stored reply and changes nothing', async () => {
    const { author } = somebody();
    const { procedureId, revision } = await formOf(bureau, author);
    const { handle } = submission(author, revision, procedureId);
    expect(await deliver('repeated', handle)).toEqual({ code: 'accepted' });
    const before = await fingerprint(bureau);
    for (let again = 0; again < 3; again += 1)
      expect(await deliver('repeated', handle)).toEqual({ code: 'accepted' });
    expect(await fingerprint(bureau)).toEqual(before);
    const { history } = await tracesOf(bureau, procedureId);
    expect(history).toEqual([`1 fill submitted ${author}`]);
  });

  test('delivered five times at once, it is handled once and everybody gets the same answer', async () => {
    const { author } = somebody();
    const { procedureId, revision } = await formOf(bureau, author);
    const { handle, calls } = submission(author, revision, procedureId);
    const replies = await Promise.all([1, 2, 3, 4, 5].map(() => deliver('at-once', handle)));
    expect(replies).toEqual(Array(5).fill({ code: 'accepted' }));
    expect(calls()).toBeGreaterThan(1);
    const { history, openTasks } = await tracesOf(bureau, procedureId);
    expect([history.length, openTasks.length]).toEqual([1, 1]);
  });

  test('the same event number of another messenger is another delivery', async () => {
    const handle = async () => ({ reply: { from: 'lark' }, messages: [] });
    await deliver('shared', handle);
    const other = { platform: 'wecom', eventId: 'shared' };
    const reply = await deliverOnce(bureau.db, other, NOW, async () => ({
      reply: { from: 'wecom' },
      messages: [],
    }));
    expect(reply).toEqual({ from: 'wecom' });
  });

  test('broken off, it leaves nothing and can be repeated', async () => {
    const { author } = somebody();
    const { procedureId, revision } = await formOf(bureau, author);
    const { handle } = submission(author, revision, procedureId);
    const before = await fingerprint(bureau);
    const broken = deliver('broken', async (work) => {
      await handle(work);
      throw new Error('the power went');
    });
    await expect(broken).rejects.toThrow('the power went');
    expect(await fingerprint(bureau)).toEqual(before);
    expect(await deliver('broken', handle)).toEqual({ code: 'accepted' });
  });

  test('a refused verb leaves only its answer, a following one still counts', async () => {
    const { author } = somebody();
    const ref = await formOf(bureau, author);
    const half = pointWith({ measures: '' });
    const reply = await deliver('refused', async (work) => {
      const ctx = { ...bureau.as(author), work };
      const added = await addPoint(ctx, ref, half);
      const saved = await saveDraft(ctx, ref, half);
      return { reply: [codeOf(added), codeOf(saved)], messages: [answer('refused')] };
    });
    expect(reply).toEqual(['fieldRequired', 'accepted']);
    expect((await tracesOf(bureau, ref.procedureId)).audit).toEqual(['selfCheck.draftSaved']);
    expect((await formOf(bureau, author)).revision).toBe(ref.revision + 1);
  });

  test('reply, verb and messages are committed together', async () => {
    const { author } = somebody();
    const { procedureId, revision } = await formOf(bureau, author);
    const { handle } = submission(author, revision, procedureId);
    const before = await fingerprint(bureau);
    const unsendable = deliver('unsendable', async (work) => {
      const handled = await handle(work);
      return { ...handled, messages: [{ ...answer('x'), to: { person: 'nobody' } }] };
    });
    await expect(unsendable).rejects.toThrow('foreign key');
    expect(await fingerprint(bureau)).toEqual(before);
  });

  test('answers are forgotten after their time, younger ones are not', async () => {
    const handle = async () => ({ reply: { old: true }, messages: [] });
    await deliverOnce(bureau.db, keyOf('old'), at('2026-09-01 09:00'), handle);
    expect(await forgetAnswered(bureau.db, at('2026-09-14 09:00'))).toBe(1);
    expect(await forgetAnswered(bureau.db, at('2026-09-14 09:00'))).toBe(0);
    const again = await deliver('old', async () => ({ reply: { old: false }, messages: [] }));
    expect(again).toEqual({ old: false });
    expect(await deliver('shared', handle)).toEqual({ from: 'lark' });
  });
});
