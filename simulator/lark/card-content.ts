/** Card JSON 2.0: components that only show something (§3.4). */
import { z } from 'zod';
import {
  anyText,
  colour,
  elementId,
  horizontalAlign,
  icon,
  localised,
  margin,
  markdownText,
  plainText,
  sized,
  verticalAlign,
} from './card-base.ts';

const placed = { element_id: elementId.optional(), margin: margin.optional() };

const markdown = z.strictObject({
  tag: z.literal('markdown'),
  ...placed,
  content: z.string(),
  i18n_content: localised.optional(),
  text_align: horizontalAlign.optional(),
  text_size: z.string().optional(),
  icon: icon.optional(),
});

const textStyle = {
  text_size: z.string().optional(),
  text_color: colour.optional(),
  text_align: horizontalAlign.optional(),
  lines: z.int().min(1).optional(),
};
const styledText = z.discriminatedUnion('tag', [
  plainText.extend(textStyle),
  markdownText.extend(textStyle),
]);

const div = z.strictObject({
  tag: z.literal('div'),
  ...placed,
  width: sized(['fill', 'auto'], 16).optional(),
  text: styledText.optional(),
  fields: z
    .array(z.strictObject({ is_short: z.boolean().optional(), text: styledText }))
    .optional(),
  icon: icon.optional(),
});

const hr = z.strictObject({ tag: z.literal('hr'), ...placed });

const img = z.strictObject({
  tag: z.literal('img'),
  ...placed,
  img_key: z.string().min(1),
  alt: plainText,
  title: anyText.optional(),
  corner_radius: z.string().optional(),
  scale_type: z.enum(['crop_center', 'crop_top', 'fit_horizontal']).optional(),
  size: z
    .string()
    .regex(/^(large|medium|small|tiny|stretch|\d{1,4}px \d{1,4}px)$/)
    .optional(),
  transparent: z.boolean().optional(),
  preview: z.boolean().optional(),
});

const personSize = z.enum(['extra_small', 'small', 'medium', 'large']).optional();

const person = z.strictObject({
  tag: z.literal('person'),
  ...placed,
  user_id: z.string().min(1),
  size: personSize,
  show_avatar: z.boolean().optional(),
  show_name: z.boolean().optional(),
  style: z.enum(['normal', 'capsule']).optional(),
});

const personList = z.strictObject({
  tag: z.literal('person_list'),
  ...placed,
  persons: z.array(z.strictObject({ id: z.string() })).min(1),
  size: personSize,
  lines: z.int().min(1).optional(),
  show_name: z.boolean().optional(),
  show_avatar: z.boolean().optional(),
  drop_invalid_user_id: z.boolean().optional(),
  icon: icon.optional(),
});

const column = z.strictObject({
  name: z.string().min(1),
  display_name: z.string().optional(),
  width: z
    .string()
    .regex(/^(auto|\d{2,3}px|\d{1,3}%)$/)
    .optional(),
  data_type: z.enum(['text', 'lark_md', 'markdown', 'number', 'date', 'options', 'persons']),
  horizontal_align: horizontalAlign.optional(),
  vertical_align: verticalAlign.optional(),
  format: z
    .strictObject({
      precision: z.int().min(0).max(10).optional(),
      symbol: z.string().optional(),
      separator: z.boolean().optional(),
    })
    .optional(),
  date_format: z.string().optional(),
});

const table = z.strictObject({
  tag: z.literal('table'),
  ...placed,
  page_size: z.int().min(1).max(10).optional(),
  row_height: z
    .string()
    .regex(/^(low|middle|high|auto|\d{2,3}px)$/)
    .optional(),
  row_max_height: z.string().optional(),
  freeze_first_column: z.boolean().optional(),
  header_style: z
    .strictObject({
      text_align: horizontalAlign.optional(),
      text_size: z.enum(['normal', 'heading']).optional(),
      background_style: z.enum(['none', 'grey']).optional(),
      text_color: z.enum(['default', 'grey']).optional(),
      bold: z.boolean().optional(),
      lines: z.int().min(1).optional(),
    })
    .optional(),
  columns: z.array(column).min(1).max(50),
  rows: z.array(z.record(z.string(), z.unknown())).optional(),
});

const chart = z.strictObject({
  tag: z.literal('chart'),
  ...placed,
  aspect_ratio: z.enum(['1:1', '2:1', '4:3', '16:9']).optional(),
  color_theme: z.enum(['brand', 'rainbow', 'complementary', 'converse', 'primary']).optional(),
  preview: z.boolean().optional(),
  height: sized(['auto'], 1).optional(),
  chart_spec: z.record(z.string(), z.unknown()),
});

export const contentComponents = [
  markdown,
  div,
  hr,
  img,
  person,
  personList,
  table,
  chart,
] as const;
