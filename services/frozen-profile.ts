/** The profile as it was frozen into a cycle. */
import { type Profile, type ProfileForm, profileSchema } from '../domain/profile.ts';

const parsed = new WeakMap<object, Profile>();

/** Reads a cycle's stored profile; it was checked before it was stored, so a mismatch is a damaged database and throws. */
export function frozenProfile(stored: unknown): Profile {
  if (typeof stored !== 'object' || stored === null) throw new Error('cycle without a profile');
  const known = parsed.get(stored);
  if (known !== undefined) return known;
  const profile = profileSchema.parse(stored);
  parsed.set(stored, profile);
  return profile;
}

/** The form `code` of a frozen profile; it was there when the procedure was made. */
export function frozenForm(profile: Profile, code: string): ProfileForm {
  const form = profile.forms.find((each) => each.code === code);
  if (form === undefined) throw new Error(`profile ${profile.id} without form ${code}`);
  return form;
}
