/** The profile as it was frozen into a cycle. It never changes, so one that was read is kept. */
import type { Reader } from '../db/client.ts';
import { profilesOfCycles } from '../db/cycles.ts';
import type { Profile, ProfileForm } from '../domain/profile.ts';
import { profileSchema } from '../domain/profile-check.ts';

/** More cycles than this run at once nowhere; the longest unused gives way. */
const MOST_KEPT = 200;
const kept = new Map<string, Profile>();

/** The profiles of the cycles `ids`, by id; an unknown id is missing. */
export async function profilesOf(
  db: Reader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Profile>> {
  const asked = [...new Set(ids)];
  const unread = asked.filter((id) => !kept.has(id));
  for (const { id, profile } of await profilesOfCycles(db, unread)) {
    kept.set(id, frozenProfile(profile));
  }
  const found = asked.flatMap((id): [string, Profile][] => {
    const profile = kept.get(id);
    return profile === undefined ? [] : [[id, profile]];
  });
  for (const [id, profile] of found) use(id, profile);
  return new Map(found);
}

/** The profile of cycle `id`; the cycle exists. */
export async function profileOf(db: Reader, id: string): Promise<Profile> {
  const profile = kept.get(id) ?? (await profilesOf(db, [id])).get(id);
  if (profile === undefined) throw new Error('cycle without a profile');
  return profile;
}

function use(id: string, profile: Profile): void {
  kept.delete(id);
  kept.set(id, profile);
  const [oldest] = kept.keys();
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
}

/** Reads a cycle's stored profile; it was checked before it was stored, so a mismatch is a damaged database and throws. */
export const frozenProfile = (stored: unknown): Profile => profileSchema.parse(stored);

/** The form `code` of a frozen profile; it was there when the procedure was made. */
export function frozenForm(profile: Profile, code: string): ProfileForm {
  const form = profile.forms.find((each) => each.code === code);
  if (form === undefined) throw new Error(`profile ${profile.id} without form ${code}`);
  return form;
}
