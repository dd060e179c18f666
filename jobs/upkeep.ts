/** Regular housekeeping: signs the audit heads, forgets answered deliveries. */

import { writeCheckpoint } from '../services/audit-checkpoint.ts';
import type { Signer } from '../services/audit-key.ts';
import type { Store } from '../services/context.ts';
import { forgetAnswered } from '../services/dispatch.ts';

const KEEP_MS = 7 * 86_400_000;

export function createUpkeepPump(options: {
  readonly db: Store;
  readonly now: () => Date;
  readonly signer: Signer;
}): () => Promise<void> {
  return async () => {
    const now = options.now();
    await writeCheckpoint(options.db, options.signer, now);
    await forgetAnswered(options.db, new Date(now.getTime() - KEEP_MS));
  };
}
