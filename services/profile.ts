/** Reads the profiles that ship with the program or that an administrator wrote. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { type WrittenProfile, writtenShape } from '../domain/profile.ts';
import { checkProfile, type ProfileProblem } from '../domain/profile-problem.ts';

export type LoadedProfile = { readonly profile: WrittenProfile; readonly hash: string };

/** A problem with its place in the file, lines counted from 1. */
export type PlacedProblem = ProfileProblem & { readonly line: number };

export type ProfileReading =
  | { readonly ok: true; readonly loaded: LoadedProfile }
  | { readonly ok: false; readonly problems: readonly PlacedProblem[] };

/** Checks one profile's text and names everything wrong with it. `hash` is the SHA-256 of the text as written. */
export function readProfile(text: string): ProfileReading {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = document.errors.map(({ code, pos: [at] }) => ({
    path: [],
    code: 'yaml',
    detail: { fault: code },
    line: lines.linePos(at).line,
  }));
  if (broken.length > 0) return { ok: false, problems: broken };
  const checked = checkProfile(plainOf(document));
  if (!checked.ok) {
    const placed = checked.problems.map((problem) => ({
      ...problem,
      line: lineOf(document, lines, problem.path),
    }));
    return { ok: false, problems: placed.toSorted((a, b) => a.line - b.line) };
  }
  const hash = createHash('sha256').update(text, 'utf8').digest('hex');
  return { ok: true, loaded: { profile: checked.profile, hash } };
}

/** A text whose references multiply beyond reason is no profile. */
function plainOf(document: Document): unknown {
  try {
    return document.toJS();
  } catch (error) {
    if (error instanceof ReferenceError) return undefined;
    throw error;
  }
}

/** The line of what stands at `path`, or of the nearest part around it that is there. */
function lineOf(document: Document, lines: LineCounter, path: ProfileProblem['path']): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const outer = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const last = path[depth - 1];
    const pair = isMap(outer)
      ? outer.items.find(({ key }) => isScalar(key) && key.value === last)
      : undefined;
    const node = pair?.key ?? document.getIn(path.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

/** What editors check a profile against while it is written (JSON Schema 2020-12). */
export const profileJsonSchema = (): string =>
  `${JSON.stringify(z.toJSONSchema(writtenShape, { io: 'input' }), null, 2)}\n`;

/** Every profile in `folder`, sorted by id; a broken one is an error of the installation and throws. */
export async function loadProfiles(folder: string): Promise<readonly LoadedProfile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort();
  const loaded: LoadedProfile[] = [];
  for (const name of names) {
    const reading = readProfile(await readFile(join(folder, name), 'utf8'));
    if (!reading.ok) {
      const first = reading.problems[0];
      const place = `${name}:${first?.line ?? 1} ${first?.path.join('.') ?? ''}`;
      throw new Error(`${place} ${first?.code ?? ''}; run: profile check ${join(folder, name)}`);
    }
    loaded.push(reading.loaded);
  }
  return loaded;
}
