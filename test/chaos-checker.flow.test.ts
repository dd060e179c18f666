/** The checker of `npm run chaos` finds what is planted, names it, and is content with a house in order. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from './chaos/check.ts';
import { checkChains } from './chaos/check-chains.ts';
import type { Delivery } from './chaos/door.ts';
import { type Evidence, readEvidence } from './chaos/evidence.ts';
import type { Violation } from './chaos/finding.ts';
import type { PlatformRecord, ShownCard } from './chaos/platform-record.ts';
import { type ChaosHouse, openChaosHouse } from './support/chaos-house.ts';
import { anEntry, plantedInDatabase } from './support/planted-faults.ts';

let house: ChaosHouse;
beforeAll(async () => {
  house = await openChaosHouse();
}, 330_000);
afterAll(() => house?.close());

/** What is found after `statement` was run; it is rolled back. */
async function afterSql(statement: string): Promise<readonly Violation[]> {
  await house.client.query('begin');
  try {
    const { rowCount } = await house.client.query(statement);
    expect(rowCount, statement).toBeGreaterThan(0);
    return check(await readEvidence(house.client), house.record).violations;
  } finally {
    await house.client.query('rollback');
  }
}

/** What is found when the platform remembers something else. */
async function afterChange(
  change: (record: PlatformRecord, evidence: Evidence) => Partial<PlatformRecord>,
): Promise<readonly Violation[]> {
  const evidence = await readEvidence(house.client);
  const record = { ...house.record, ...change(house.record, evidence) };
  return check(evidence, record).violations;
}

const named = (violations: readonly Violation[]): readonly string[] => [
  ...new Set(violations.map(({ check: name }) => name)),
];

/** The first of `list` that fits. @throws when none does, so that nothing is planted into thin air */
function first<T>(list: readonly T[], fits: (item: T) => boolean): T {
  const found = list.find(fits);
  if (found === undefined) throw new Error('nothing to plant a fault into');
  return found;
}

const succeeded = ({ action, answers }: Delivery): boolean =>
  action?.id === 'review.agree' && answers.some(({ tone }) => tone === 'success');
const answered = (tone: string, text: string) => ({ status: 200, tone, text });

describe('a house in order', () => {
  it('passes, and there was something to look at', async () => {
    const { violations, checked } = check(await readEvidence(house.client), house.record);
    expect(violations).toEqual([]);
    expect(Object.entries(checked).filter(([, looked]) => looked === 0)).toEqual([]);
    expect(checked['clicks']).toBeGreaterThan(20);
    expect(await checkChains(house.cli)).toEqual([]);
  });
});

describe('a fault in the database is found', () => {
  it.each(plantedInDatabase)('%s: %s', async (found, _what, statement) => {
    expect(named(await afterSql(statement))).toContain(found);
  });
});

describe('a fault at the platform is found', () => {
  const extra = (record: PlatformRecord, more: Delivery): Partial<PlatformRecord> => ({
    deliveries: [...record.deliveries, more],
  });
  const changed = (
    record: PlatformRecord,
    one: Delivery,
    answers: Delivery['answers'],
  ): Partial<PlatformRecord> => ({
    deliveries: record.deliveries.map((each) => (each === one ? { ...each, answers } : each)),
  });
  const shown = (
    record: PlatformRecord,
    one: ShownCard,
    change: Partial<ShownCard>,
  ): Partial<PlatformRecord> => ({
    cards: record.cards.map((card) => (card === one ? { ...card, ...change } : card)),
  });
  const asking = ({ acting }: ShownCard): boolean => acting.length > 0;

  it.each<[found: string, what: string, change: Parameters<typeof afterChange>[0]]>([
    [
      'click',
      'a click that succeeded and did nothing',
      (record) => {
        const click = first(record.deliveries, succeeded);
        const payload = { ...click.action?.payload, r: 999 };
        return extra(record, {
          ...click,
          eventId: 'planted',
          action: { id: 'review.agree', payload },
        });
      },
    ],
    [
      'click',
      'two clicks that share one effect',
      (record) => extra(record, { ...first(record.deliveries, succeeded), eventId: 'planted' }),
    ],
    [
      'click',
      'a click on a form that does not exist',
      (record) => {
        const click = first(record.deliveries, succeeded);
        const payload = { id: 'nowhere', r: 1 };
        return extra(record, {
          ...click,
          eventId: 'planted',
          action: { id: 'review.agree', payload },
        });
      },
    ],
    [
      'effect',
      'an effect that nobody clicked',
      (record) => ({
        deliveries: record.deliveries.filter(
          (each) => each !== first(record.deliveries, succeeded),
        ),
      }),
    ],
    [
      'effect',
      'an effect of a click that was refused',
      (record) =>
        changed(record, first(record.deliveries, succeeded), [
          answered('error', '此项不由您处理。'),
        ]),
    ],
    [
      'answers',
      'a repeated click that was answered differently',
      (record) => {
        const click = first(record.deliveries, succeeded);
        return changed(record, click, [...click.answers, answered('error', '此项不由您处理。')]);
      },
    ],
    [
      'draft',
      'a promise to keep what was typed',
      (record) => {
        const submit = first(record.deliveries, ({ action }) => action?.id === 'selfCheck.submit');
        const kept = answered('warning', '您刚才写的内容已存为草稿。');
        return extra(record, { ...submit, eventId: 'planted', answers: [kept] });
      },
    ],
    [
      'duplicate',
      'a message that arrived twice',
      (record) => {
        const card = first(record.sent, ({ mark }) => mark !== '');
        return { sent: [...record.sent, { ...card, messageId: 'planted' }] };
      },
    ],
    ['lost', 'a message that never arrived', (record) => ({ sent: record.sent.slice(1) })],
    [
      'told',
      'a reminder whose message never arrived',
      (record, { outbox, tasks }) => {
        const told = outbox.filter(({ kind }) => kind === 'digest').length + tasks.length;
        return { sent: told > 0 ? [] : record.sent };
      },
    ],
    [
      'stray',
      'a message that nobody ordered',
      (record) => ({
        sent: [
          ...record.sent,
          { messageId: 'om_x', openId: 'ou_x', type: 'interactive', mark: 'k0' },
        ],
      }),
    ],
    [
      'card',
      'a card that shows an older state',
      (record) => {
        const card = first(record.cards, asking);
        const acting = card.acting.map((button) => ({ ...button, revision: button.revision - 1 }));
        return shown(record, card, { acting });
      },
    ],
    [
      'card',
      'a second card that acts',
      (record) => ({
        cards: [...record.cards, { ...first(record.cards, asking), messageId: 'planted' }],
      }),
    ],
    [
      'card',
      'a card that acts on what is done',
      (record, { forms }) => {
        const done = first(forms, ({ status }) => status === 'completed');
        const acting = [{ action: 'review.agree', form: done.id, revision: done.revision }];
        return shown(
          record,
          first(record.cards, ({ tag }) => tag === '已登记'),
          { acting },
        );
      },
    ],
    [
      'card',
      'a card without its buttons',
      (record) => shown(record, first(record.cards, asking), { acting: [] }),
    ],
    [
      'card',
      'an author’s card that tells of yesterday',
      (record) =>
        shown(
          record,
          first(record.cards, ({ tag }) => tag === '已登记'),
          { tag: '审核中' },
        ),
    ],
    [
      'card',
      'a live card that is not in the chat',
      (record) => ({ cards: record.cards.filter((card) => !asking(card)) }),
    ],
  ])('%s: %s', async (found, _what, change) => {
    expect(named(await afterChange(change))).toContain(found);
  });
});

describe('a broken chain', () => {
  it('is found by the command', async () => {
    await house.client.query(`update audit_entry set body = replace(body, 'agreed', 'AGREED')
      where (subject, seq) = ${anEntry}`);
    const found = await checkChains(house.cli);
    expect(named(found)).toEqual(['chains']);
    expect(found[0]?.detail).toContain('procedure:');
  });
});
