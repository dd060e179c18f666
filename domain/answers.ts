/** Answers to the labelled fields of a form: what may be kept as a draft, and what may be given in (decision 0012). */
import { z } from 'zod';
import { isDay } from './calendar.ts';
import { FIELD_LENGTH, type ProfileField } from './profile-forms.ts';
import { accept, type Result, refuse } from './refusal.ts';

/** Characters of an answer that is no text: a number, a day, the code of a choice. */
const SHORT = 64;

/** By field name; empty answers are missing. */
const answers = z.record(
  z.string().max(SHORT),
  z.union([z.string().max(FIELD_LENGTH), z.array(z.string().max(SHORT)).max(20)]),
);
export type Answers = z.infer<typeof answers>;
export type Answer = Answers[string];

/** Drafts and submitted versions alike. */
export const answersSchema = z.strictObject({ answers });
export type AnswersDraft = z.infer<typeof answersSchema>;
export const emptyAnswersDraft: AnswersDraft = { answers: {} };

/** The answer to `field`; a text, or a list for several choices. */
export function answerOf(given: Answers, { name, kind }: ProfileField): Answer {
  const answer = Object.hasOwn(given, name) ? given[name] : undefined;
  if (kind === 'multiple') return Array.isArray(answer) ? answer : [];
  return typeof answer === 'string' ? answer : '';
}

export const isEmptyAnswer = (answer: Answer): boolean =>
  Array.isArray(answer) ? answer.length === 0 : answer.trim() === '';

/**
 * What was typed, complete or not, as a draft keeps it. A field the form does not have is refused, and so is an answer
 * that is too long; a choice that is not offered counts as none.
 */
export function draftAnswers(fields: readonly ProfileField[], typed: Answers): Result<Answers> {
  const known = new Set(fields.map(({ name }) => name));
  if (Object.keys(typed).some((name) => !known.has(name))) return refuse('fieldUnknown');
  const kept: [string, Answer][] = [];
  for (const field of fields) {
    const answer = offered(field, answerOf(typed, field));
    const limit = 'maxLength' in field ? field.maxLength : SHORT;
    if (typeof answer === 'string' && answer.length > limit)
      return refuse('fieldTooLong', { label: field.label, limit: String(limit) });
    if (!isEmptyAnswer(answer)) kept.push([field.name, answer]);
  }
  return accept(Object.fromEntries(kept));
}

function offered(field: ProfileField, answer: Answer): Answer {
  if (!('choices' in field)) return answer;
  const values = new Set(field.choices.map(({ value }) => value));
  if (!Array.isArray(answer)) return values.has(answer) ? answer : '';
  return [...new Set(answer)].filter((value) => values.has(value));
}

/** What may be given in: every required field answered, numbers and days well formed; a refusal names the label. */
export function completeAnswers(fields: readonly ProfileField[], typed: Answers): Result<Answers> {
  const kept = draftAnswers(fields, typed);
  if (!kept.ok) return kept;
  for (const field of fields) {
    const answer = answerOf(kept.value, field);
    const empty = isEmptyAnswer(answer);
    if (empty && field.required) return refuse('fieldRequired', { label: field.label });
    if (!empty && !isWellFormed(field, answer))
      return refuse('fieldInvalid', { label: field.label });
  }
  return kept;
}

const NUMBER = /^-?\d{1,15}(\.\d{1,6})?$/;

function isWellFormed({ kind }: ProfileField, answer: Answer): boolean {
  if (kind === 'number') return NUMBER.test(String(answer).trim());
  return kind !== 'date' || isDay(String(answer));
}

/**
 * The draft with what was typed into an older view of it, where nothing of either is lost: an answer that goes on from
 * the other one takes its place. Null when two answers contradict each other.
 */
export function mergeAnswers(
  fields: readonly ProfileField[],
  draft: Answers,
  typed: Answers,
): Answers | null {
  const merged: [string, Answer][] = [];
  for (const field of fields) {
    const answer = longer(field, answerOf(draft, field), answerOf(typed, field));
    if (answer === null) return null;
    if (!isEmptyAnswer(answer)) merged.push([field.name, answer]);
  }
  return Object.fromEntries(merged);
}

function longer({ kind }: ProfileField, first: Answer, second: Answer): Answer | null {
  if (isEmptyAnswer(first)) return second;
  if (isEmptyAnswer(second) || String(first) === String(second)) return first;
  if (Array.isArray(first) && Array.isArray(second)) {
    if (first.every((value) => second.includes(value))) return second;
    return second.every((value) => first.includes(value)) ? first : null;
  }
  if (kind !== 'text' && kind !== 'longText') return null;
  if (String(second).startsWith(String(first))) return second;
  return String(first).startsWith(String(second)) ? first : null;
}
