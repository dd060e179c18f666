import { sql } from 'kysely';
import { beforeEach, describe, expect, test } from 'vitest';
import type { DueTimer } from '../db/timers.ts';
import { renewCards } from '../services/renewal.ts';
import { actionsOf, at, claimed, fingerprint, formOf } from './support/bureau.ts';
import { useLaunchedBureau } from './support/hooks.ts';

const TEN_BEFORE = at('2026-11-26 09:00');

const bureau = useLaunchedBureau();
beforeEach(async () => {
  await bureau.db.deleteFrom('outbox').execute();
});

describe('renewing a card before the platform lets it die', () => {
  const renewal = async (person: string, about: string): Promise<DueTimer> => {
    const { procedureId } = await formOf(bureau, about);
    await sql`insert into timer (id, kind, subject, slot, due_at, payload) values
      (gen_random_uuid(), 'renewCard', ${`${person}|procedure:${procedureId}`}, 'renew', ${TEN_BEFORE}, '{}')`.execute(
      bureau.db,
    );
    const [timer] = await claimed(bureau, 'renewCard', TEN_BEFORE);
    if (timer === undefined) throw new Error('no timer');
    return timer;
  };
  const sent = () => bureau.db.selectFrom('outbox').select(['person_code', 'content']).execute();

  test('is sent anew to somebody who still has to act, once', async () => {
    const { procedureId } = await formOf(bureau, '0015');
    const timer = await renewal('0015', '0015');
    const system = bureau.system(TEN_BEFORE);
    await Promise.all([renewCards(system, [timer]), renewCards(system, [timer])]);
    const content = { kind: 'announce', subject: `procedure:${procedureId}` };
    expect(await sent()).toEqual([{ person_code: '0015', content }]);
    expect(await actionsOf(bureau, `procedure:${procedureId}`)).toEqual(['card.renewed']);
    const before = await fingerprint(bureau);
    await renewCards(system, [timer]);
    expect(await fingerprint(bureau)).toEqual(before);
  });

  test('found on a Saturday, it goes out when the send window opens', async () => {
    await renewCards(bureau.system(at('2026-11-28 10:00')), [await renewal('0021', '0021')]);
    const row = await bureau.db.selectFrom('outbox').select('not_before').executeTakeFirstOrThrow();
    expect(row.not_before).toEqual(at('2026-11-30 08:30'));
  });

  test('is not sent to somebody who has nothing to do there', async () => {
    await renewCards(bureau.system(TEN_BEFORE), [await renewal('0001', '0018')]);
    expect(await sent()).toEqual([]);
    expect(await claimed(bureau, 'renewCard', TEN_BEFORE)).toEqual([]);
  });
});
