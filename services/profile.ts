/** Reads the profiles that ship with the program or that an administrator wrote. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Profile } from '../domain/profile.ts';
import { profileSchema } from '../domain/profile-check.ts';

export type LoadedProfile = { readonly profile: Profile; readonly hash: string };

export type ProfileProblem = { readonly path: string; readonly message: string };

export type ProfileReading =
  | { readonly ok: true; readonly loaded: LoadedProfile }
  | { readonly ok: false; readonly problems: readonly ProfileProblem[] };

/** Checks one profile's text. `hash` is the SHA-256 of the text as written. */
export function readProfile(text: string): ProfileReading {
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    return {
      ok: false,
      problems: [{ path: '', message: error instanceof Error ? error.message : 'yaml' }],
    };
  }
  const parsed = profileSchema.safeParse(raw);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({
      path: path.join('.'),
      message,
    }));
    return { ok: false, problems };
  }
  const hash = createHash('sha256').update(text, 'utf8').digest('hex');
  return { ok: true, loaded: { profile: parsed.data, hash } };
}

/** Every profile in `folder`, sorted by id; a broken one is an error of the installation and throws. */
export async function loadProfiles(folder: string): Promise<readonly LoadedProfile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const loaded: LoadedProfile[] = [];
  for (const name of names) {
    const reading = readProfile(await readFile(join(folder, name), 'utf8'));
    if (!reading.ok) {
      const first = reading.problems[0];
      throw new Error(`${name}: ${first?.path ?? ''} ${first?.message ?? ''}`);
    }
    loaded.push(reading.loaded);
  }
  return loaded;
}
