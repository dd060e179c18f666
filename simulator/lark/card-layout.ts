/** Card JSON 2.0: containers (§3.5), the element union and the card's shell (§3.2). */
import { z } from 'zod';
import {
  anyText,
  behaviors,
  colour,
  confirm,
  direction,
  elementId,
  horizontalAlign,
  icon,
  localised,
  margin,
  multiUrl,
  padding,
  plainText,
  sized,
  spacing,
  verticalAlign,
} from './card-base.ts';
import { contentComponents } from './card-content.ts';
import { controlComponents } from './card-controls.ts';

const element: z.ZodType<unknown> = z.lazy(() => anyElement);
const elements = z.array(element);

const flow = {
  direction: direction.optional(),
  vertical_spacing: spacing.optional(),
  horizontal_spacing: spacing.optional(),
  horizontal_align: horizontalAlign.optional(),
  vertical_align: verticalAlign.optional(),
  padding: padding.optional(),
};
const placed = { element_id: elementId.optional(), margin: margin.optional() };

const column = z.strictObject({
  tag: z.literal('column'),
  ...placed,
  ...flow,
  width: sized(['auto', 'weighted'], 16).optional(),
  weight: z.int().min(1).max(5).optional(),
  background_style: colour.optional(),
  action: z.strictObject({ multi_url: multiUrl }).optional(),
  elements: elements.optional(),
});

const columnSet = z.strictObject({
  tag: z.literal('column_set'),
  ...placed,
  flex_mode: z.enum(['none', 'stretch', 'flow', 'bisect', 'trisect']).optional(),
  horizontal_spacing: spacing.optional(),
  horizontal_align: horizontalAlign.optional(),
  background_style: colour.optional(),
  action: z.strictObject({ multi_url: multiUrl }).optional(),
  columns: z.array(column).optional(),
});

const panelTitle = z.discriminatedUnion('tag', [
  plainText,
  z.strictObject({
    tag: z.literal('markdown'),
    content: z.string(),
    i18n_content: localised.optional(),
    element_id: elementId.optional(),
  }),
]);

const collapsiblePanel = z.strictObject({
  tag: z.literal('collapsible_panel'),
  ...placed,
  ...flow,
  expanded: z.boolean().optional(),
  background_color: colour.optional(),
  header: z.strictObject({
    title: panelTitle,
    background_color: colour.optional(),
    width: z.enum(['fill', 'auto', 'auto_when_fold']).optional(),
    vertical_align: verticalAlign.optional(),
    padding: z
      .string()
      .regex(/^\d{1,2}px( \d{1,2}px \d{1,2}px \d{1,2}px)?$/, 'padding is invalid')
      .optional(),
    position: z.enum(['top', 'bottom']).optional(),
    icon: icon.optional(),
    icon_position: z.enum(['left', 'right', 'follow_text']).optional(),
    icon_expanded_angle: z
      .union([z.literal(-180), z.literal(-90), z.literal(90), z.literal(180)])
      .optional(),
  }),
  border: z
    .strictObject({ color: colour.optional(), corner_radius: z.string().optional() })
    .optional(),
  elements,
});

const interactiveContainer = z.strictObject({
  tag: z.literal('interactive_container'),
  ...placed,
  ...flow,
  name: z.string().optional(),
  width: sized(['fill', 'auto'], 16).optional(),
  height: sized(['auto'], 10).optional(),
  background_style: colour.optional(),
  has_border: z.boolean().optional(),
  border_color: colour.optional(),
  corner_radius: z.string().optional(),
  behaviors,
  hover_tips: plainText.optional(),
  disabled: z.boolean().optional(),
  disabled_tips: plainText.optional(),
  confirm: confirm.optional(),
  elements,
});

const form = z.strictObject({
  tag: z.literal('form'),
  ...placed,
  ...flow,
  name: z.string(),
  elements,
});

const anyElement = z.discriminatedUnion('tag', [
  ...contentComponents,
  ...controlComponents,
  columnSet,
  collapsiblePanel,
  interactiveContainer,
  form,
]);

const textTag = z.strictObject({
  tag: z.literal('text_tag'),
  element_id: elementId.optional(),
  text: plainText,
  color: z
    .enum([
      'neutral',
      'blue',
      'turquoise',
      'lime',
      'orange',
      'violet',
      'indigo',
      'wathet',
      'green',
      'yellow',
      'red',
      'purple',
      'carmine',
    ])
    .optional(),
});

const header = z.strictObject({
  title: anyText,
  subtitle: anyText.optional(),
  text_tag_list: z.array(textTag).optional(),
  i18n_text_tag_list: z.record(z.string(), z.array(textTag)).optional(),
  template: z
    .enum([
      'blue',
      'wathet',
      'turquoise',
      'green',
      'yellow',
      'orange',
      'red',
      'carmine',
      'violet',
      'purple',
      'indigo',
      'grey',
      'default',
    ])
    .optional(),
  icon: icon.optional(),
  padding: padding.optional(),
});

const perPlatform = z.strictObject({
  default: z.int().optional(),
  android: z.int().optional(),
  ios: z.int().optional(),
  pc: z.int().optional(),
});

const config = z.strictObject({
  update_multi: z.literal(true).optional(),
  enable_forward: z.boolean().optional(),
  enable_forward_interaction: z.boolean().optional(),
  width_mode: z.enum(['default', 'compact', 'fill']).optional(),
  streaming_mode: z.boolean().optional(),
  streaming_config: z
    .strictObject({
      print_frequency_ms: perPlatform.optional(),
      print_step: perPlatform.optional(),
      print_strategy: z.enum(['fast', 'delay']).optional(),
    })
    .optional(),
  summary: z
    .strictObject({ content: z.string().optional(), i18n_content: localised.optional() })
    .optional(),
  locales: z.array(z.string()).optional(),
  use_custom_translation: z.boolean().optional(),
  style: z
    .strictObject({
      text_size: z.record(z.string(), z.record(z.string(), z.string())).optional(),
      color: z.record(z.string(), z.record(z.string(), z.string())).optional(),
    })
    .optional(),
});

/** The whole card; every object refuses members it does not know, as 2.0 does. */
export const cardSchema = z.strictObject({
  schema: z.literal('2.0'),
  config: config.optional(),
  card_link: multiUrl.optional(),
  header: header.optional(),
  body: z.strictObject({ ...flow, elements: elements.optional() }).optional(),
});
