/** Everything wrong with a profile as it was written, in codes with their details; the wording makes sentences of them. */
import type { z } from 'zod';
import { type WrittenProfile, writtenShape } from './profile.ts';
import { crossCheck } from './profile-check.ts';
import { form } from './profile-forms.ts';
import { alternativesOf, keysAt, unionAt, valueAt } from './profile-schema.ts';

type Path = readonly (string | number)[];

export type ProfileProblem = {
  readonly path: Path;
  /** A code of the wording, e.g. `missing`, `unknownStage`. */
  readonly code: string;
  /** Fills the blanks of the sentence. */
  readonly detail: Readonly<Record<string, string>>;
};

export type ProfileCheck =
  | { readonly ok: true; readonly profile: WrittenProfile }
  | { readonly ok: false; readonly problems: readonly ProfileProblem[] };

/** Checks shape and cohesion. A wrong shape in one place does not hide what is wrong in the others. */
export function checkProfile(raw: unknown): ProfileCheck {
  const parsed = writtenShape.safeParse(raw);
  const shape = parsed.success
    ? []
    : parsed.error.issues.flatMap((issue) => problemsOf(issue, raw, []));
  const problems = [...shape, ...cohesionProblems(raw)];
  if (parsed.success && problems.length === 0) return { ok: true, profile: parsed.data };
  return { ok: false, problems };
}

const parts = writtenShape.pick({ stages: true, riskTypes: true, settings: true });

function cohesionProblems(raw: unknown): readonly ProfileProblem[] {
  const known = parts.strip().safeParse(raw);
  const forms = valueAt(raw, ['forms']);
  if (!known.success || !Array.isArray(forms)) return [];
  const problems: ProfileProblem[] = [];
  const shaped = forms.map((each) => form.safeParse(each).data);
  crossCheck({ ...known.data, forms: shaped }, (path, code, detail = {}) => {
    problems.push({ path, code, detail });
  });
  return problems;
}

type Issue = z.core.$ZodIssue;

function problemsOf(issue: Issue, raw: unknown, outer: Path): readonly ProfileProblem[] {
  const path: Path = [...outer, ...issue.path.map(keyOf)];
  const problem = (code: string, detail: ProfileProblem['detail'] = {}) => [{ path, code, detail }];
  const value = valueAt(raw, path);
  const found = textOf(value);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        code: 'unknownKey',
        detail: { found: key, allowed: keysAt(writtenShape, raw, path).join('、') },
      }));
    case 'invalid_type':
      return isAbsent(value)
        ? problem('missing')
        : problem(issue.expected === 'int' ? 'notWhole' : `not_${issue.expected}`, { found });
    case 'invalid_value':
      if (isAbsent(value)) return problem('missing');
      return problem('notOneOf', { found, allowed: issue.values.map(String).join('、') });
    case 'too_small':
      return problem(tooSmall(issue.origin), { minimum: String(issue.minimum) });
    case 'too_big':
      return problem(`tooBig_${issue.origin}`, { maximum: String(issue.maximum) });
    case 'invalid_format':
    case 'custom':
      return problem(ownCode(issue.message) ?? 'malformed', { found });
    case 'invalid_union':
      return unionProblems(issue, raw, path);
    default:
      return problem('malformed', { found });
  }
}

function unionProblems(
  issue: z.core.$ZodIssueInvalidUnion,
  raw: unknown,
  path: Path,
): readonly ProfileProblem[] {
  const value = valueAt(raw, path);
  if (isAbsent(value)) return [{ path, code: 'missing', detail: {} }];
  const told = path.at(-1);
  if (issue.errors.length === 0 && typeof told === 'string') {
    const allowed = alternativesOf(unionAt(writtenShape, raw, path.slice(0, -1)), told);
    const detail = { found: textOf(value), allowed: allowed.join('、') };
    return [{ path, code: 'notOneOf', detail }];
  }
  const isPart = typeof value === 'object';
  const distance = (issues: readonly Issue[]) => distanceOf(issues, isPart);
  const [best = [], next] = issue.errors.toSorted((a, b) => distance(a) - distance(b));
  const isClear = next === undefined || distance(best) < distance(next);
  const hasStrayKey = best.some(({ code }) => code === 'unrecognized_keys');
  const own = ownCode(issue.message);
  if (own !== undefined && (!isPart || hasStrayKey || !isClear))
    return [{ path, code: own, detail: { found: textOf(value) } }];
  return best.flatMap((inner) => problemsOf(inner, raw, path));
}

/** An alternative of quite another kind is further away than one with other members, and that than one with a slip. */
function distanceOf(issues: readonly Issue[], isPart: boolean): number {
  return issues.reduce((sum, { code, path }) => {
    if (code === 'unrecognized_keys') return sum + 10;
    const isOtherKind = path.length === 0 && (isPart || code === 'invalid_type');
    return sum + (isOtherKind ? 100 : 1);
  }, 0);
}

function tooSmall(origin: string): string {
  if (origin === 'string') return 'empty';
  return origin === 'array' ? 'tooFew' : 'tooSmall';
}

/** Codes the schema gives in place of zod's own words, which are sentences. */
const ownCode = (message: string): string | undefined =>
  /^[a-z]+[A-Z]\w*$/.test(message) ? message : undefined;

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

const keyOf = (key: PropertyKey): string | number => (typeof key === 'number' ? key : String(key));

const LONGEST_ECHO = 40;

/** What was written, short enough for a line; structures are not repeated. */
function textOf(value: unknown): string {
  if (typeof value === 'object' && value !== null) return '';
  return String(value).slice(0, LONGEST_ECHO);
}
