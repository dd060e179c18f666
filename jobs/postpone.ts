/** What a failed delivery leads to: wait, try again with the same key, or give up where an administrator sees it. */
import type { DeliveryFailure } from '../bot/messenger.ts';
import { delayMessage, endMessage, type WaitingMessage } from '../services/dispatch.ts';
import { settleUnreachable } from '../services/outbox.ts';
import type { Delivered, DeliverOptions, Target } from './delivery.ts';

const MOST_ATTEMPTS = 20;
/** An outage of the platform ends within hours; a long weekend without an administrator must not lose a message either. */
const PATIENCE_MS = 3 * 86_400_000;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5 * 60_000;
const MISCONFIGURED_WAIT_MS = 60_000;

/** Writes down the failure; only what can be repeated is repeated. */
export async function postpone(
  options: DeliverOptions,
  row: WaitingMessage,
  target: Target,
  failure: DeliveryFailure,
): Promise<Delivered> {
  const { db } = options;
  const now = options.now();
  const later = (ms: number, counted: boolean): Promise<void> =>
    delayMessage(db, row, {
      until: new Date(now.getTime() + ms),
      failure: `${failure.kind} ${failure.code}`,
      counted,
    });
  switch (failure.kind) {
    case 'rateLimited':
      await later(failure.retryAfterMs, false);
      break;
    case 'misconfigured':
      await later(MISCONFIGURED_WAIT_MS, false);
      break;
    case 'unavailable':
      if (isHopeless(row, now)) await dead(options, row, failure, now);
      else
        await later(
          Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(row.attempts - 1, 20)),
          true,
        );
      break;
    case 'unreachable':
      await settleUnreachable(db, row, target, failure.code, now);
      break;
    case 'gone':
    case 'malformed':
      await dead(options, row, failure, now);
      break;
  }
  return { failure };
}

/** Often enough and for long enough: a clock that jumps ahead alone ends nothing. */
const isHopeless = ({ attempts, firstAttemptAt }: WaitingMessage, now: Date): boolean =>
  attempts >= MOST_ATTEMPTS && now.getTime() - (firstAttemptAt ?? now).getTime() >= PATIENCE_MS;

const dead = (
  options: DeliverOptions,
  row: WaitingMessage,
  failure: DeliveryFailure,
  at: Date,
): Promise<boolean> =>
  endMessage(options.db, row, {
    state: 'dead',
    at,
    failure: `${failure.kind} ${failure.code}`,
  });
