import { generateKeyPairSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { recordEffects } from '../db/effects.ts';
import { claimMessages, finishMessage, forgetMessages } from '../db/outbox.ts';
import { createUpkeepPump } from '../jobs/upkeep.ts';
import { loadSigner } from '../services/audit-key.ts';
import { messageRows } from '../services/mutate.ts';
import { type Bureau, openBureau } from './support/bureau.ts';

const DAY_MS = 86_400_000;
/** Longer than a slow machine takes from reading its clock to making the last id. */
const SLOW_MS = 120_000;
/** Ids carry the machine's time, and so does a product whose clock was never moved. */
const NOW = new Date();
const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * DAY_MS);

let bureau: Bureau;
beforeAll(async () => {
  bureau = await openBureau();
});
afterAll(() => bureau?.close());
beforeEach(async () => {
  await bureau.db.deleteFrom('outbox').execute();
});

/** Messages in each state, all written and ended now. */
async function messages(): Promise<void> {
  const states = ['sent', 'dropped', 'dead', 'pending'] as const;
  const all = states.map((state) => ({
    key: state,
    to: { address: { platform: 'lark', userId: state } },
    content: { kind: 'card' as const, card: {} },
  }));
  const rows = messageRows(all, NOW);
  await recordEffects(bureau.db, { audit: [], timers: [], delivery: null, messages: rows });
  for (const row of await claimMessages(bureau.db, NOW, NOW, 10)) {
    const state = states.find((each) => each === row.key);
    if (state !== undefined && state !== 'pending')
      await finishMessage(bureau.db, row, { state, at: NOW });
  }
}
const kept = async (): Promise<readonly string[]> => {
  const rows = await bureau.db
    .selectFrom('outbox')
    .select('idempotency_key as key')
    .orderBy('key')
    .execute();
  return rows.map(({ key }) => key);
};
const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
const upkeep = async (outboxKeepDays: number | null, now: Date): Promise<void> => {
  const signer = await loadSigner({ pem: String(pem), keyFile: join(tmpdir(), 'never-written') });
  await createUpkeepPump({ db: bureau.db, now: () => now, signer, outboxKeepDays })();
};

test('messages that are done with are forgotten after their days, never those that wait or were given up', async () => {
  await messages();
  await upkeep(30, new Date(NOW.getTime() + 30 * DAY_MS));
  expect(await kept()).toEqual(['dead', 'dropped', 'pending', 'sent']);
  await upkeep(30, new Date(NOW.getTime() + 30 * DAY_MS + SLOW_MS));
  expect(await kept()).toEqual(['dead', 'pending']);
});

test('without the setting nothing is ever forgotten', async () => {
  await messages();
  await upkeep(null, new Date(NOW.getTime() + 4_000 * DAY_MS));
  expect(await kept()).toEqual(['dead', 'dropped', 'pending', 'sent']);
});

test('a message that was written long ago and sent lately stays', async () => {
  await messages();
  await bureau.db
    .updateTable('outbox')
    .set({ created_at: daysAgo(90) })
    .execute();
  const late = new Date(NOW.getTime() + 40 * DAY_MS);
  await bureau.db
    .updateTable('outbox')
    .set({ finished_at: late })
    .where('state', '=', 'sent')
    .execute();
  await upkeep(30, new Date(late.getTime() + DAY_MS));
  expect(await kept()).toEqual(['dead', 'pending', 'sent']);
});

test('not more at a time than asked for', async () => {
  await messages();
  const later = new Date(NOW.getTime() + SLOW_MS);
  expect(await forgetMessages(bureau.db, later, 1)).toBe(1);
  expect(await forgetMessages(bureau.db, later, 5)).toBe(1);
  expect(await forgetMessages(bureau.db, later, 5)).toBe(0);
});
