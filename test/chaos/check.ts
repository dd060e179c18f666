/** The independent checker: the database's rows against the platform's record, none of the product's own readers. */
import { checkCards } from './check-cards.ts';
import { checkClicks } from './check-clicks.ts';
import { checkHistory } from './check-history.ts';
import { checkMessages } from './check-messages.ts';
import { checkReminders } from './check-reminders.ts';
import { checkRest } from './check-rest.ts';
import type { Evidence } from './evidence.ts';
import type { Violation } from './finding.ts';
import type { PlatformRecord } from './platform-record.ts';

const checks = {
  clicks: checkClicks,
  history: checkHistory,
  messages: checkMessages,
  cards: checkCards,
  reminders: checkReminders,
  rest: checkRest,
} as const;

export type Verdict = {
  readonly violations: readonly Violation[];
  /** How many things each check looked at. */
  readonly checked: Readonly<Record<string, number>>;
};

export function check(evidence: Evidence, record: PlatformRecord): Verdict {
  const results = Object.entries(checks).map(
    ([name, look]) => [name, look(evidence, record)] as const,
  );
  return {
    violations: results.flatMap(([, { violations }]) => violations),
    checked: Object.fromEntries(results.map(([name, { looked }]) => [name, looked])),
  };
}
