/** A form of labelled fields as a card that is filled in. */
import { type Answers, answerOf } from '../domain/answers.ts';
import type { ProfileField } from '../domain/profile-forms.ts';
import { answersSaveDraft, answersSubmit } from './actions.ts';
import type { Field, Form, FormValues } from './form.ts';
import { formFacts, titled } from './history.ts';
import type { Card } from './model.ts';
import type { ProcedureCardView } from './procedure-view.ts';
import { clauseNote, primary, ref } from './self-check.ts';
import { ownTitle } from './title.ts';

/** The form, filled with `draft`. */
export function answersCard(view: ProcedureCardView, fields: readonly ProfileField[]): Card {
  const title = ownTitle(titled(view));
  return {
    title,
    tone: 'active',
    tag: '填写中',
    summary: `正在填写${title}`,
    blocks: [
      { kind: 'facts', facts: formFacts(view) },
      { kind: 'form', form: formOf(view, fields) },
      clauseNote(view),
    ],
  };
}

const formOf = (view: ProcedureCardView, fields: readonly ProfileField[]): Form => ({
  name: 'answers',
  fields: fields.map((field) => fieldOf(field, view.draftAnswers)),
  buttons: [
    { text: '保存草稿', style: 'default', action: answersSaveDraft(ref(view)) },
    primary('提交', answersSubmit(ref(view))),
  ],
});

function fieldOf(field: ProfileField, draft: Answers): Field {
  const { name, label, help, required } = field;
  const base = { name, label, required, ...(help === undefined ? {} : { help }) };
  const answer = answerOf(draft, field);
  const value = Array.isArray(answer) ? '' : answer;
  switch (field.kind) {
    case 'text':
    case 'longText':
      return { ...base, kind: field.kind, maxLength: field.maxLength, value };
    case 'number':
    case 'date':
      return { ...base, kind: field.kind, value };
    case 'single':
      return { ...base, kind: 'single', choices: field.choices, value };
    case 'multiple':
      return {
        ...base,
        kind: 'multiple',
        choices: field.choices,
        value: Array.isArray(answer) ? answer : [],
      };
  }
}

/** Reads the form's submitted values; anything a hostile client may send becomes text, a list or nothing. */
export const answersOf = (values: FormValues): Answers =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, Answers[string]][] => {
      if (typeof value === 'string') return [[name, value.trim()]];
      if (!Array.isArray(value)) return [];
      return [[name, value.filter((each): each is string => typeof each === 'string')]];
    }),
  );
