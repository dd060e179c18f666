/** For which units a person may launch a new cycle now. */
import type { Reader } from '../db/client.ts';
import { runningCycles } from '../db/cycles.ts';
import { unitNames } from '../db/units.ts';
import { dayOf } from '../domain/calendar.ts';
import { authorityOf } from './authority.ts';
import type { LoadedProfile } from './profile.ts';

/** Units in which the person holds the launching role of a profile that is not running there. */
export async function launchableUnits(
  db: Reader,
  personCode: string,
  profiles: readonly LoadedProfile[],
  at: { readonly now: Date; readonly zone: string },
): Promise<readonly { readonly code: string; readonly name: string }[]> {
  const authority = await authorityOf(db, personCode, dayOf(at.now, at.zone));
  const running = await runningCycles(db, null);
  const isRunning = (profileId: string, unit: string) =>
    running.some((cycle) => cycle.profileId === profileId && cycle.unitCode === unit);
  const codes = authority.roles
    .filter(({ role, scopeCode }) =>
      profiles.some(
        ({ profile }) => profile.launchedBy === role && !isRunning(profile.id, scopeCode),
      ),
    )
    .map(({ scopeCode }) => scopeCode);
  return unitNames(db, [...new Set(codes)]);
}
