/** What a form of a page sends, read without trusting any of it. */
import type { ActionRef } from '../../cards/action.ts';
import type { Field, FormValues } from '../../cards/form.ts';
import type { Card } from '../../cards/model.ts';
import { actionOf, fieldOf } from '../../cards/render/component-name.ts';
import type { Kept } from '../../cards/render/page/notice.ts';
import { CONTROLS } from '../../cards/render/page/shell.ts';
import { fieldLabel } from '../../cards/wording.ts';

export type Posted = {
  readonly token: string;
  /** Null = none, or not one of ours. */
  readonly once: string | null;
  readonly revision: number | null;
  readonly action: ActionRef | null;
  readonly values: FormValues;
};

const ONCE = /^[0-9a-f-]{36}$/;
const MOST_FIELDS = 200;

/** Reads a body of `application/x-www-form-urlencoded`; anything at all can be read. */
export function readPosted(body: string): Posted {
  const sent = new URLSearchParams(body);
  const once = sent.get(CONTROLS.once) ?? '';
  const revision = Number(sent.get(CONTROLS.revision) ?? Number.NaN);
  return {
    token: sent.get(CONTROLS.token) ?? '',
    once: ONCE.test(once) ? once : null,
    revision: Number.isSafeInteger(revision) ? revision : null,
    action: actionOf(sent.get(CONTROLS.act) ?? ''),
    values: valuesOf(sent),
  };
}

function valuesOf(sent: URLSearchParams): FormValues {
  const names = [...new Set(sent.keys())].filter((name) => fieldOf(name) === name);
  const entries = names.slice(0, MOST_FIELDS).map((name) => {
    const values = sent.getAll(name);
    // A group of boxes sends an empty value of its own, so that one ticked box is a list, too.
    return [
      name,
      values.length === 1 ? (values[0] ?? '') : values.filter((v) => v !== ''),
    ] as const;
  });
  return Object.fromEntries(entries);
}

/** `card` with its fields filled in as they were sent. */
export function withTyped(card: Card, values: FormValues): Card {
  const blocks = card.blocks.map((block) =>
    block.kind === 'form'
      ? {
          ...block,
          form: { ...block.form, fields: block.form.fields.map((f) => typed(f, values)) },
        }
      : block,
  );
  return { ...card, blocks };
}

function typed(field: Field, values: FormValues): Field {
  const value = values[field.name];
  if (field.kind === 'multiple') {
    const chosen = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
    return { ...field, value: chosen.filter((each) => typeof each === 'string') };
  }
  return typeof value === 'string' ? { ...field, value } : field;
}

/** The texts among the values under their labels, for copying them from a page that cannot keep them. */
export function keptOf(values: FormValues): readonly Kept[] {
  return Object.entries(values).flatMap(([name, value]) =>
    // What is chosen from a list has a code for its value, and no code is written in Chinese.
    typeof value === 'string' && /[^ -~\s]/.test(value)
      ? [{ label: fieldLabel(name), text: value }]
      : [],
  );
}
