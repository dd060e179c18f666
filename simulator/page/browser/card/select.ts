/** §3.6 select_static, multi_select_static, select_person, multi_select_person */
import { isUsable } from './behaviour.ts';
import type { CardContext, Renderer } from './context.ts';
import { createDropdown, type Option } from './dropdown.ts';
import { announce, asField, type Control } from './field.ts';
import { type Json, numberAt, objectsAt, stringAt, stringsAt, wordsAt } from './json.ts';

function staticOptions(spec: Json): readonly Option[] {
  return objectsAt(spec, 'options').map((option) => ({
    value: stringAt(option, 'value'),
    text: wordsAt(option, 'text'),
    person: false,
  }));
}

/** Without candidates the platform offers the members of the chat; here these are all people. */
function personOptions(spec: Json, context: CardContext): readonly Option[] {
  const listed = objectsAt(spec, 'options').map((option) => stringAt(option, 'value'));
  const known = listed.filter((id) => context.nameOf(id) !== null);
  const ids = known.length > 0 ? known : context.people.map(({ openId }) => openId);
  return ids.map((id) => ({ value: id, text: context.nameOf(id) ?? '', person: true }));
}

function initialValues(
  spec: Json,
  options: readonly Option[],
  multiple: boolean,
): readonly string[] {
  if (multiple) return stringsAt(spec, 'selected_values');
  const index = numberAt(spec, 'initial_index') ?? 0;
  const named = stringAt(spec, 'initial_option');
  const indexed = index > 0 ? options[index - 1]?.value : undefined;
  return named === '' ? (indexed === undefined ? [] : [indexed]) : [named];
}

function createSelect(spec: Json, context: CardContext, options: readonly Option[]): HTMLElement {
  const multiple = stringAt(spec, 'tag').startsWith('multi_');
  const placeholder = wordsAt(spec, 'placeholder');
  const initial = initialValues(spec, options, multiple);
  const dropdown = createDropdown({
    options,
    multiple,
    placeholder: placeholder === '' ? '请选择' : placeholder,
    initial,
    disabled: !isUsable(spec, context),
    onChange: (values) =>
      announce(
        spec,
        context,
        control,
        multiple ? { options: values } : { option: values[0] ?? '' },
      ),
  });
  const control: Control = {
    node: dropdown.node,
    target: dropdown.trigger,
    read: () => {
      const values = dropdown.values();
      return multiple && values.length > 0 ? values : (values[0] ?? '');
    },
    reset: () => dropdown.set(initial),
  };
  return asField(spec, context, control);
}

/** A choice among listed options. */
export const renderSelect: Renderer = (spec, context) =>
  createSelect(spec, context, staticOptions(spec));

/** A choice among people. */
export const renderPersonSelect: Renderer = (spec, context) =>
  createSelect(spec, context, personOptions(spec, context));
