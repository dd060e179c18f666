/** What one click asks of the database: statements and round trips, counted on the wire. */
import { type Loader, loader, type Plan, type Start } from './click-round.ts';
import type { Measurement } from './scenario.ts';
import { createDatabase, dropDatabase } from './server.ts';
import { openStatementProxy } from './statement-proxy.ts';

const CONNECTIONS = 4;
const WARM = 16;
const CLICKS = 64;
const PATIENCE_MS = 20_000;
const SHOWN = 70;

/** Clicks through a proxy, which would be no fair measure of anything else. */
export async function profileClicks(
  plan: Plan,
  start: Start,
  say: (line: string) => void,
): Promise<readonly Measurement[]> {
  const clicks = Math.min(CLICKS, plan.forms.length - WARM);
  const database = await createDatabase(plan.server, 'profile', plan.template);
  const proxy = await openStatementProxy(database.url);
  try {
    const child = await start(proxy.url);
    try {
      const load: Loader = loader({ ...plan, connections: CONNECTIONS }, child.port);
      await load(WARM, PATIENCE_MS, null);
      proxy.reset();
      await load(clicks, PATIENCE_MS, null);
    } finally {
      await child.stop();
    }
    const { statements, roundTrips } = proxy.counts();
    for (const [text, count] of [...statements].toSorted(([, a], [, b]) => b - a)) {
      const line = text.replaceAll(/\s+/g, ' ').trim().slice(0, SHOWN);
      say(`click: ${(count / clicks).toFixed(2)} x ${line}`);
    }
    const total = [...statements.values()].reduce((sum, count) => sum + count, 0);
    return [
      { measure: 'statements', unit: '1/click', value: total / clicks },
      { measure: 'round trips', unit: '1/click', value: roundTrips / clicks },
    ];
  } finally {
    await proxy.close();
    await dropDatabase(plan.server, database.name);
  }
}
