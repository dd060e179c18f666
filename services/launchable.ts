/** For which units a person may launch a new cycle now. */
import type { Reader } from '../db/client.ts';
import { runningCycles } from '../db/cycles.ts';
import { unitNames } from '../db/units.ts';
import { dayOf } from '../domain/calendar.ts';
import { authorityOf } from './authority.ts';
import type { LoadedProfile } from './profile.ts';

type Launchable = { readonly unit: string; readonly loaded: LoadedProfile };

/** Units in which the person holds the launching role of a profile that is not running there. */
export async function launchableUnits(
  db: Reader,
  personCode: string,
  profiles: readonly LoadedProfile[],
  at: { readonly now: Date; readonly zone: string },
): Promise<readonly { readonly code: string; readonly name: string }[]> {
  const found = await launchable(db, personCode, profiles, at);
  return unitNames(db, [...new Set(found.map(({ unit }) => unit))]);
}

/** The profiles that the person may launch in `unit` now. */
export async function launchableProfiles(
  db: Reader,
  personCode: string,
  profiles: readonly LoadedProfile[],
  at: { readonly now: Date; readonly zone: string; readonly unit: string },
): Promise<readonly LoadedProfile[]> {
  const found = await launchable(db, personCode, profiles, at);
  return found.filter(({ unit }) => unit === at.unit).map(({ loaded }) => loaded);
}

async function launchable(
  db: Reader,
  personCode: string,
  profiles: readonly LoadedProfile[],
  at: { readonly now: Date; readonly zone: string },
): Promise<readonly Launchable[]> {
  const { roles } = await authorityOf(db, personCode, dayOf(at.now, at.zone));
  const running = await runningCycles(db, null);
  const isRunning = (profileId: string, unit: string) =>
    running.some((cycle) => cycle.profileId === profileId && cycle.unitCode === unit);
  return profiles.flatMap((loaded) => {
    const { id, launchedBy } = loaded.profile;
    const scopes = roles.flatMap(({ role, scopeCode }) => (role === launchedBy ? scopeCode : []));
    return [...new Set(scopes)]
      .filter((unit) => !isRunning(id, unit))
      .map((unit) => ({ unit, loaded }));
  });
}
