/** A message that was ordered reached the platform exactly once, and nothing reached it that nobody ordered. */
import { createHash } from 'node:crypto';
import type { Evidence, OutboxRow } from './evidence.ts';
import { type Checked, type Violation, violation } from './finding.ts';
import type { PlatformRecord, SentMessage } from './platform-record.ts';

/** Orders that put a new message into a chat; the others change one that is there. */
const fresh = new Set(['announce', 'digest', 'card']);

/** The mark a card carries for the outbox row it was sent for. */
export const markFor = (rowId: string): string =>
  `k${createHash('sha256').update(rowId).digest('hex').slice(0, 18)}`;

export function checkMessages(evidence: Evidence, record: PlatformRecord): Checked {
  const arrived = Map.groupBy(record.sent, ({ mark }) => mark);
  const ordered = new Set(evidence.outbox.map(({ id }) => markFor(id)));
  const strays = record.sent
    .filter(({ type, mark }) => type === 'interactive' && !ordered.has(mark))
    .map(({ messageId }) => violation('stray', `message ${messageId} was ordered by nobody`));
  return {
    looked: record.sent.length,
    violations: [
      ...strays,
      ...evidence.outbox.flatMap((row) => checkOrder(row, arrived.get(markFor(row.id)) ?? [])),
      ...checkWords(evidence, record),
    ],
  };
}

function checkOrder(row: OutboxRow, arrived: readonly SentMessage[]): readonly Violation[] {
  const name = `${row.kind} ${row.key} to ${row.person ?? 'a stranger'}`;
  const found: Violation[] = [];
  if (arrived.length > 1) {
    found.push(violation('duplicate', `${name} arrived ${arrived.length} times`));
  }
  if (row.state === 'dead') found.push(violation('dead', `${name} was given up: ${row.failure}`));
  const isFresh = fresh.has(row.kind);
  if (row.state === 'sent' && isFresh && arrived.length === 0) {
    found.push(violation('lost', `${name} counts as sent and never arrived`));
  }
  if (!isFresh && arrived.length > 0) {
    found.push(violation('stray', `${name} should have changed a message and sent one`));
  }
  return found;
}

/** Typed words that were taken have one answer; those that never were have none or one. */
function checkWords({ outbox }: Evidence, { deliveries }: PlatformRecord): readonly Violation[] {
  const answers = Map.groupBy(
    outbox.filter(({ key }) => key.startsWith('answer-lark-msg-')),
    ({ key }) => key,
  );
  // The same message may come under several event ids.
  const messages = Map.groupBy(
    deliveries.filter(({ type }) => type === 'im.message.receive_v1'),
    ({ messageId }) => messageId,
  );
  return [...messages].flatMap(([messageId, events]) => {
    const taken = events.some(({ answers: heard }) => heard.some(({ status }) => status === 200));
    const rows = answers.get(`answer-lark-msg-${messageId}`) ?? [];
    if (!taken || (rows.length === 1 && rows[0]?.state === 'sent')) return [];
    const detail = `words ${messageId} were taken and have ${rows.length} answers (${rows.map(({ state }) => state).join()})`;
    return [violation('words', detail)];
  });
}
