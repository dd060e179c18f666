/** A cycle launched for thousands, and what workers need to go on with it at another time: queue, clock and messenger. */
import { migrateAll } from '../../app.ts';
import { readConfig } from '../../config.ts';
import type { Reader } from '../../db/client.ts';
import { migrateToLatest } from '../../db/migrate.ts';
import { setClock } from '../../services/clock.ts';
import { launchCycle } from '../../services/cycle.ts';
import type { LoadedProfile } from '../../services/profile.ts';
import { administratorAt, CROWD_UNIT, crowdAccounts, importCrowd } from './crowd.ts';
import { type Platform, startPlatform } from './platform.ts';

/** Fills the empty database at `url` with `people` people and launches `loaded` for them at `launchedAt`. */
export async function launchCrowd(
  db: Reader,
  url: string,
  people: number,
  { loaded, launchedAt }: { readonly loaded: LoadedProfile; readonly launchedAt: Date },
): Promise<void> {
  await migrateToLatest(url);
  await importCrowd(db, people, launchedAt);
  const launch = { loaded, unitCode: CROWD_UNIT };
  const launched = await launchCycle(administratorAt(db, launchedAt), launch);
  if (!launched.ok) throw new Error(JSON.stringify(launched.refusal));
}

/** Makes the queue that workers with this name are woken by. */
export async function migrateQueueOf(
  databaseUrl: string,
  redisUrl: string | null,
  queueName: string,
): Promise<void> {
  const config = readConfig(redisUrl === null ? {} : { REDIS_URL: redisUrl });
  await migrateAll({ config, databaseUrl, queueName });
}

export type CrowdPlatform = {
  readonly platform: Platform;
  /** By how many milliseconds the business clock is ahead of the machine's. */
  readonly offset: number;
};

/** Sets the clock to `instant` and starts the crowd's messenger, which goes by it. */
export async function startPlatformAt(
  db: Reader,
  people: number,
  instant: Date,
): Promise<CrowdPlatform> {
  const offset = instant.getTime() - Date.now();
  await setClock(db, instant);
  const now = (): Date => new Date(Date.now() + offset);
  return { platform: await startPlatform(crowdAccounts(people), now), offset };
}
