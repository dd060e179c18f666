/** The neutral form as fields of a page. The server alone checks them, so that half a form can be kept as a draft. */
import { html } from 'hono/html';
import type { Button } from '../../button.ts';
import type { Choice, Field, Form } from '../../form.ts';
import { actionName } from '../component-name.ts';
import { CONTROLS, type Html, NONE } from './shell.ts';

/** What was wrong with the last attempt; the field is the one whose label the sentence names. */
export type Wrong = { readonly label: string; readonly text: string };

/** More choices than this are a list to unfold. */
const OPEN_CHOICES = 7;

/** The fields and the buttons that submit them. */
export function renderForm(form: Form, wrong: Wrong | null): Html {
  return html`<div class="fields">
${form.fields.map((field) => renderField(field, wrong?.label === field.label ? wrong.text : null))}
</div>
<div class="actions">${form.buttons.map((button) => renderButton(button))}</div>`;
}

/** A button; one that asks first unfolds its question, since nothing here needs a script. */
export function renderButton(button: Button, formId?: string): Html {
  const { text, style, confirm } = button;
  if (confirm === undefined) return submitButton(button, text, formId);
  return html`<details class="confirm">
<summary class="button ${style}">${text}</summary>
<div class="confirm-ask"><p><strong>${confirm.title}</strong></p><p>${confirm.text}</p>${submitButton(button, `确定${text}`, formId)}</div>
</details>`;
}

const submitButton = ({ style, action }: Button, text: string, formId?: string): Html =>
  formId === undefined
    ? html`<button class="button ${style}" type="submit" name="${CONTROLS.act}" value="${actionName(action)}">${text}</button>`
    : html`<button class="button ${style}" type="submit" form="${formId}" name="${CONTROLS.act}" value="${actionName(action)}">${text}</button>`;

type Parts = {
  readonly id: string;
  /** The ids of what explains the field. */
  readonly described: string;
  readonly label: Html;
  readonly notes: Html;
  readonly wrong: boolean;
};

function renderField(field: Field, wrong: string | null): Html {
  const parts = partsOf(field, wrong);
  const look = wrong === null ? 'field' : 'field field-wrong';
  if (isGroup(field)) {
    const role = field.kind === 'single' ? 'radiogroup' : 'group';
    return html`<fieldset class="${look}" role="${role}" aria-describedby="${parts.described}"${parts.wrong ? html` aria-invalid="true"` : ''}>
<legend>${parts.label}</legend>${parts.notes}
${field.kind === 'multiple' ? html`<input type="hidden" name="${field.name}" value="">` : NONE}
<div class="choices">${field.choices.map((choice, index) => renderChoice(field, choice, index))}</div>
</fieldset>`;
  }
  return html`<div class="${look}"><label for="${parts.id}">${parts.label}</label>${parts.notes}
${control(field, parts)}</div>`;
}

type Select = Extract<Field, { kind: 'single' | 'multiple' }>;

const isGroup = (field: Field): field is Select =>
  field.kind === 'multiple' || (field.kind === 'single' && field.choices.length <= OPEN_CHOICES);

function partsOf(field: Field, wrong: string | null): Parts {
  const id = `f-${field.name}`;
  const limit = 'maxLength' in field ? `最多${field.maxLength}个字` : '';
  const help = [field.help ?? '', limit].filter((text) => text !== '').join('，');
  const label = html`${field.label}${field.required === true ? html`<span class="must">（必填）</span>` : ''}`;
  const notes = html`<p class="help" id="${id}-help">${help}</p>${
    wrong === null ? NONE : html`<p class="wrong" id="${id}-wrong">${wrong}</p>`
  }`;
  const described = wrong === null ? `${id}-help` : `${id}-wrong ${id}-help`;
  return { id, described, label, notes, wrong: wrong !== null };
}

function renderChoice(field: Select, { value, text }: Choice, index: number): Html {
  const id = `f-${field.name}-${index}`;
  const type = field.kind === 'single' ? 'radio' : 'checkbox';
  const chosen = field.kind === 'single' ? field.value === value : field.value?.includes(value);
  return html`<div class="choice"><input type="${type}" id="${id}" name="${field.name}" value="${value}"${chosen === true ? ' checked' : ''}><label for="${id}">${text}</label></div>`;
}

function control(field: Exclude<Field, { kind: 'multiple' }>, parts: Parts): Html {
  const value = field.value ?? '';
  const invalid = parts.wrong ? html` aria-invalid="true"` : '';
  const must = field.required === true ? html` aria-required="true"` : '';
  const { id, described } = parts;
  switch (field.kind) {
    case 'longText':
      // A text area swallows the first line break of its content.
      return html`<textarea id="${id}" name="${field.name}" rows="5" maxlength="${field.maxLength}" aria-describedby="${described}"${must}${invalid}>
${value}</textarea>`;
    case 'single':
      return html`<select id="${id}" name="${field.name}" aria-describedby="${described}"${must}${invalid}>
<option value="">请选择</option>${field.choices.map(
        (choice) =>
          html`<option value="${choice.value}"${choice.value === value ? ' selected' : ''}>${choice.text}</option>`,
      )}</select>`;
    case 'date':
      return html`<input type="date" id="${id}" name="${field.name}" value="${value}" aria-describedby="${described}"${must}${invalid}>`;
    case 'number':
      return html`<input type="text" inputmode="decimal" id="${id}" name="${field.name}" value="${value}" maxlength="20" aria-describedby="${described}"${must}${invalid}>`;
    default:
      return html`<input type="text" id="${id}" name="${field.name}" value="${value}" maxlength="${field.maxLength}" aria-describedby="${described}"${must}${invalid}>`;
  }
}
