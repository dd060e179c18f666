/** Regular housekeeping: signs the audit heads, forgets answered deliveries, ended visits and, when that is wanted, old messages. */

import { writeCheckpoint } from '../services/audit-checkpoint.ts';
import type { Signer } from '../services/audit-key.ts';
import type { Store } from '../services/context.ts';
import { forgetAnswered, forgetDone } from '../services/dispatch.ts';
import { forgetVisits } from '../services/page-session.ts';

const DAY_MS = 86_400_000;
const KEEP_DAYS = 7;

export function createUpkeepPump(options: {
  readonly db: Store;
  readonly now: () => Date;
  readonly signer: Signer;
  /** How long messages that are done with are kept; null = for ever. */
  readonly outboxKeepDays: number | null;
}): () => Promise<void> {
  return async () => {
    const now = options.now();
    await writeCheckpoint(options.db, options.signer, now);
    const ago = (days: number): Date => new Date(now.getTime() - days * DAY_MS);
    await forgetAnswered(options.db, ago(KEEP_DAYS));
    await forgetVisits(options.db, now);
    if (options.outboxKeepDays !== null) await forgetDone(options.db, ago(options.outboxKeepDays));
  };
}
