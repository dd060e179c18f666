/** What is noted of a live card's content decides whether the next refresh goes out. */
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Messenger } from '../bot/messenger.ts';
import { recordEffects } from '../db/effects.ts';
import { putLiveCard } from '../db/live-cards.ts';
import { createOutboxPump } from '../jobs/outbox.ts';
import { answeredHash } from '../services/live-card.ts';
import { messageRows } from '../services/mutate.ts';
import { type Bureau, formOf, NOW, openBureau, ZONE } from './support/bureau.ts';

const AUTHOR = '0013';
const MESSAGE = { platform: 'lark', messageRef: 'om_live' };

let bureau: Bureau;
let subject: string;
let updates: number;
let meanwhile: () => Promise<void>;
beforeAll(async () => {
  bureau = await openBureau();
  await bureau.launch();
  subject = `procedure:${(await formOf(bureau, AUTHOR)).procedureId}`;
});
afterAll(() => bureau?.close());
beforeEach(async () => {
  updates = 0;
  meanwhile = async () => undefined;
  await bureau.db.deleteFrom('outbox').execute();
  const card = { ...MESSAGE, personCode: AUTHOR, subject, contentHash: 'older', sentAt: NOW };
  await putLiveCard(bureau.db, card);
});

const clicked = (eventId: string, hasForm = false): Promise<void> =>
  recordEffects(bureau.db, {
    shown: [{ ...MESSAGE, contentHash: answeredHash(eventId, hasForm) }],
  });
const noted = async (): Promise<string> => {
  const row = await bureau.db
    .selectFrom('live_card')
    .select('content_hash')
    .where('subject', '=', subject)
    .executeTakeFirstOrThrow();
  return row.content_hash;
};

const never = async (): Promise<never> => {
  throw new Error('not asked for here');
};
const messenger: Messenger = {
  platform: 'lark',
  limits: {
    sendsPerSecond: 1_000,
    sendsPerMinute: 10_000,
    sendsPerSecondPerPerson: 100,
    updatesPerSecondPerMessage: 100,
    keyLifetimeMs: 3_600_000,
    cardLifetimeMs: 14 * 86_400_000,
  },
  send: never,
  sendText: never,
  sendFile: never,
  find: never,
  update: async () => {
    updates += 1;
    await meanwhile();
    return { ok: true, value: null };
  },
};

/** Queues a refresh for `person` and lets the pump send; how the message ended. */
async function refresh(person = AUTHOR): Promise<{ state: string; failure: string | null }> {
  const key = `refresh-${person}-${updates}-${Math.random()}`;
  const message = {
    key,
    to: { person },
    content: { kind: 'refresh' as const, subject },
  };
  await recordEffects(bureau.db, { messages: messageRows([message], NOW) });
  const alarm = { wake: () => undefined, depths: async () => ({}), close: async () => undefined };
  const pump = createOutboxPump({
    db: bureau.db,
    now: () => NOW,
    zone: ZONE,
    messengers: new Map([['lark', messenger]]),
    alarm,
    logger: pino({ level: 'silent' }),
    stopping: new AbortController().signal,
    progress: () => undefined,
  });
  await pump.run();
  await pump.close();
  return bureau.db
    .selectFrom('outbox')
    .select(['state', 'failure'])
    .where('idempotency_key', '=', key)
    .executeTakeFirstOrThrow();
}

describe('a refresh', () => {
  test('that has changed the card is noted: the same one does not go out again', async () => {
    await refresh();
    expect(await noted()).toMatch(/^[0-9a-f]{64}$/);
    expect(await refresh()).toMatchObject({ state: 'dropped' });
    expect(updates).toBe(1);
  });

  test('that a click overtook notes nothing, also when a click came before it, too', async () => {
    await clicked('e-1');
    meanwhile = () => clicked('e-2');
    await refresh();
    expect(await noted()).toBe(answeredHash('e-2', false));
    meanwhile = async () => undefined;
    await refresh();
    expect(updates).toBe(2);
    expect(await noted()).toMatch(/^[0-9a-f]{64}$/);
  });

  test('leaves an open form to whoever may send it in', async () => {
    await clicked('e-3', true);
    expect(await refresh()).toMatchObject({ state: 'dropped' });
    expect([updates, await noted()]).toEqual([0, answeredHash('e-3', true)]);
  });

  test('for somebody who has left is no failure; for somebody without an account it is', async () => {
    const { db } = bureau;
    await db.deleteFrom('person_identity').where('person_code', '=', '0014').execute();
    expect(await refresh('0014')).toEqual({ state: 'dead', failure: 'no account' });
    await db.updateTable('person').set({ status: 'left' }).where('code', '=', '0014').execute();
    expect(await refresh('0014')).toEqual({ state: 'dropped', failure: 'left' });
    expect(updates).toBe(0);
  });
});
