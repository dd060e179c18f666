/** Card JSON 2.0: components a person acts on (§3.6). */
import { z } from 'zod';
import {
  anyText,
  behaviors,
  confirm,
  controlMembers,
  elementId,
  icon,
  margin,
  multiUrl,
  padding,
  plainText,
  shortText,
  sized,
} from './card-base.ts';

const placeholder = shortText(100).optional();

const input = z.strictObject({
  tag: z.literal('input'),
  ...controlMembers,
  input_type: z.enum(['text', 'multiline_text', 'password']).optional(),
  rows: z.int().min(1).optional(),
  auto_resize: z.boolean().optional(),
  max_rows: z.int().min(1).optional(),
  max_length: z.int().min(1).max(1000).optional(),
  placeholder,
  default_value: z.string().optional(),
  label: plainText.optional(),
  label_position: z.enum(['top', 'left']).optional(),
  show_icon: z.boolean().optional(),
});

const option = z.strictObject({
  text: plainText,
  value: z.string().min(1),
  icon: icon.optional(),
});
const personOption = z.strictObject({ value: z.string() });

const selectMembers = {
  ...controlMembers,
  type: z.enum(['default', 'text']).optional(),
  placeholder,
};

const single = {
  initial_option: z.string().optional(),
  initial_index: z.int().min(0).optional(),
};
const multiple = { selected_values: z.array(z.string()).optional() };

const selectStatic = z.strictObject({
  tag: z.literal('select_static'),
  ...selectMembers,
  ...single,
  options: z.array(option),
});
const multiSelectStatic = z.strictObject({
  tag: z.literal('multi_select_static'),
  ...selectMembers,
  ...multiple,
  options: z.array(option),
});
const selectPerson = z.strictObject({
  tag: z.literal('select_person'),
  ...selectMembers,
  ...single,
  options: z.array(personOption).optional(),
});
const multiSelectPerson = z.strictObject({
  tag: z.literal('multi_select_person'),
  ...selectMembers,
  ...multiple,
  options: z.array(personOption).optional(),
});

const picked = (pattern: RegExp) => z.string().regex(pattern, 'initial value is invalid');

const datePicker = z.strictObject({
  tag: z.literal('date_picker'),
  ...controlMembers,
  placeholder,
  initial_date: picked(/^\d{4}-\d{2}-\d{2}$/).optional(),
});
const timePicker = z.strictObject({
  tag: z.literal('picker_time'),
  ...controlMembers,
  placeholder,
  initial_time: picked(/^\d{2}:\d{2}$/).optional(),
});
const dateTimePicker = z.strictObject({
  tag: z.literal('picker_datetime'),
  ...controlMembers,
  placeholder,
  initial_datetime: picked(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}$/).optional(),
});

const button = z.strictObject({
  tag: z.literal('button'),
  ...controlMembers,
  type: z
    .enum([
      'default',
      'primary',
      'danger',
      'text',
      'primary_text',
      'danger_text',
      'primary_filled',
      'danger_filled',
      'laser',
    ])
    .optional(),
  size: z.enum(['tiny', 'small', 'medium', 'large']).optional(),
  width: sized(['default', 'fill'], 1).optional(),
  text: shortText(100).optional(),
  icon: icon.optional(),
  hover_tips: plainText.optional(),
  form_action_type: z.enum(['submit', 'reset']).optional(),
  action_type: z.enum(['form_submit', 'form_reset', 'link', 'request', 'multi']).optional(),
  url: z.string().optional(),
  multi_url: multiUrl.optional(),
  complex_interaction: z.boolean().optional(),
});

const checker = z.strictObject({
  tag: z.literal('checker'),
  ...controlMembers,
  checked: z.boolean().optional(),
  text: anyText.optional(),
  overall_checkable: z.boolean().optional(),
  checked_style: z
    .strictObject({
      show_strikethrough: z.boolean().optional(),
      opacity: z.number().min(0).max(1).optional(),
    })
    .optional(),
  button_area: z
    .strictObject({
      pc_display_rule: z.enum(['always', 'on_hover']).optional(),
      buttons: z.array(button).max(3),
    })
    .optional(),
  padding: padding.optional(),
  hover_tips: plainText.optional(),
});

const overflow = z.strictObject({
  tag: z.literal('overflow'),
  element_id: elementId.optional(),
  name: z.string().optional(),
  margin: margin.optional(),
  width: sized(['default', 'fill'], 100).optional(),
  disabled: z.boolean().optional(),
  disabled_tips: plainText.optional(),
  options: z
    .array(
      z.strictObject({
        text: shortText(100),
        value: z.string().optional(),
        multi_url: multiUrl.optional(),
        url: z.string().optional(),
      }),
    )
    .min(1),
  value: z.record(z.string(), z.unknown()).optional(),
  confirm: confirm.optional(),
  behaviors: behaviors.optional(),
});

export const controlComponents = [
  input,
  selectStatic,
  multiSelectStatic,
  selectPerson,
  multiSelectPerson,
  datePicker,
  timePicker,
  dateTimePicker,
  button,
  checker,
  overflow,
] as const;
