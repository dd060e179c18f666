/** The figures a profile leaves open: the questions, and the profile that their answers make. */
import { z } from 'zod';
import { type Profile, profileShape, type WrittenProfile } from './profile.ts';
import { profileSchema } from './profile-check.ts';
import { schemaAt } from './profile-schema.ts';
import { accept, type Refusal, type Result, refuse, together } from './refusal.ts';

export type Figure = string | number | boolean;

/** What kind of figure answers a question, with its limits. */
export type AskKind =
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'clock' }
  | { readonly kind: 'flag' };

export type Ask = AskKind & {
  /** Where in `settings` the figure stands, e.g. `reminders.escalate.0.workdays`. */
  readonly key: string;
  readonly question: string;
  readonly suggest?: Figure;
};

/** Answers as they were typed, by the key of the question. */
export type Answers = Readonly<Record<string, string>>;

/** The questions of `profile`, in the order of its settings. */
export const asksOf = ({ settings }: WrittenProfile): readonly Ask[] => asksIn(settings, []);

function asksIn(written: unknown, path: readonly string[]): readonly Ask[] {
  if (typeof written !== 'object' || written === null) return [];
  const asked = askShape.safeParse(written);
  if (!asked.success)
    return Object.entries(written).flatMap(([key, inner]) => asksIn(inner, [...path, key]));
  const { ask, suggest } = asked.data;
  const base = { ...kindAt(path), key: path.join('.'), question: ask };
  return [suggest === undefined ? base : { ...base, suggest }];
}

const askShape = z.object({
  ask: z.string(),
  suggest: z.union([z.string(), z.number(), z.boolean()]).optional(),
});

/** @throws for a place where no figure stands; the shape lets questions stand nowhere else */
function kindAt(path: readonly string[]): AskKind {
  const figure = figureAt(path);
  if (figure instanceof z.ZodNumber)
    return { kind: 'number', min: figure.minValue ?? 0, max: figure.maxValue ?? 0 };
  return { kind: figure instanceof z.ZodBoolean ? 'flag' : 'clock' };
}

function figureAt(path: readonly string[]): z.core.$ZodType {
  const figure = schemaAt(profileShape.shape.settings, {}, path);
  if (figure === undefined) throw new Error(`no figure at ${path.join('.')}`);
  return figure;
}

export type Answered = {
  readonly profile: Profile;
  /** What the questions were answered with, suggestions included. */
  readonly figures: Readonly<Record<string, Figure>>;
};

/**
 * The profile with every question answered. Refuses an answer that is missing, is no such figure or belongs to no
 * question, and answers that do not fit together; the first refusal carries the others in `also`.
 */
export function answerAsks(profile: WrittenProfile, answers: Answers): Result<Answered> {
  const asks = asksOf(profile);
  const refusals: Refusal[] = Object.keys(answers)
    .filter((key) => asks.every((ask) => ask.key !== key))
    .map((key) => ({ code: 'settingUnknown', detail: { key } }));
  const figures: Record<string, Figure> = {};
  for (const ask of asks) {
    const figure = figureOf(ask, answers[ask.key]);
    if (figure.ok) figures[ask.key] = figure.value;
    else refusals.push(figure.refusal);
  }
  const refusal = together(refusals);
  if (refusal !== undefined) return { ok: false, refusal };
  const settings = filled(profile.settings, [], figures);
  const whole = profileSchema.safeParse({ ...profile, settings });
  if (!whole.success) return refuse('settingsClash');
  return accept({ profile: whole.data, figures });
}

function figureOf(ask: Ask, typed: string | undefined): Result<Figure> {
  const text = typed?.trim() ?? '';
  if (text === '') {
    return ask.suggest === undefined
      ? refuse('settingMissing', { question: ask.question })
      : accept(ask.suggest);
  }
  const figure = readAs(ask.kind, text);
  if (z.safeParse(figureAt(ask.key.split('.')), figure).success) return accept(figure);
  const limits = ask.kind === 'number' ? { min: String(ask.min), max: String(ask.max) } : undefined;
  return refuse('settingInvalid', { question: ask.question, kind: ask.kind, ...limits });
}

/** What is typed, as the kind it should be; text that is none stays text and is refused. */
function readAs(kind: Ask['kind'], text: string): Figure {
  if (kind === 'number') return /^\d{1,6}$/.test(text) ? Number(text) : text;
  if (kind === 'clock') return text;
  return { yes: true, true: true, no: false, false: false }[text.toLowerCase()] ?? text;
}

function filled(
  written: unknown,
  path: readonly string[],
  figures: Readonly<Record<string, Figure>>,
): unknown {
  const answer = figures[path.join('.')];
  if (answer !== undefined) return answer;
  if (Array.isArray(written))
    return written.map((inner, index) => filled(inner, [...path, String(index)], figures));
  if (typeof written !== 'object' || written === null) return written;
  return Object.fromEntries(
    Object.entries(written).map(([key, inner]) => [key, filled(inner, [...path, key], figures)]),
  );
}
