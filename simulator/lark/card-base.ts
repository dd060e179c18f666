/** Card JSON 2.0: the values every component shares (§3.2, §3.6). */
import { z } from 'zod';

const locales = [
  'zh_cn',
  'en_us',
  'zh_hk',
  'zh_tw',
  'ja_jp',
  'id_id',
  'vi_vn',
  'th_th',
  'pt_br',
  'es_es',
  'ko_kr',
  'de_de',
  'fr_fr',
  'it_it',
  'ru_ru',
  'ms_my',
] as const;

const locale = z.enum(locales);
export const localised = z.partialRecord(locale, z.string());

export const elementId = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,19}$/, 'element_id is invalid');

const px = String.raw`\d{1,2}px`;
const signedPx = String.raw`-?\d{1,2}px`;
const oneTwoFour = (unit: string): RegExp => new RegExp(`^${unit}( ${unit}( ${unit} ${unit})?)?$`);

export const padding = z.string().regex(oneTwoFour(px), 'padding is invalid');
export const margin = z.string().regex(oneTwoFour(signedPx), 'margin is invalid');
export const spacing = z
  .string()
  .regex(new RegExp(`^(small|medium|large|extra_large|${px})$`), 'spacing is invalid');
export const horizontalAlign = z.enum(['left', 'center', 'right']);
export const verticalAlign = z.enum(['top', 'center', 'bottom']);
export const direction = z.enum(['vertical', 'horizontal']);
export const colour = z.string().max(64);

/** `min` pixels up to 999, or one of the words. */
export const sized = (words: readonly string[], min: number) =>
  z.string().refine((value) => {
    if (words.includes(value)) return true;
    const match = /^(\d{1,4})px$/.exec(value);
    return match !== null && Number(match[1]) >= min;
  }, 'size is invalid');

const textMembers = {
  content: z.string(),
  i18n_content: localised.optional(),
  element_id: elementId.optional(),
};

export const plainText = z.strictObject({ tag: z.literal('plain_text'), ...textMembers });
export const markdownText = z.strictObject({ tag: z.literal('lark_md'), ...textMembers });
export const anyText = z.discriminatedUnion('tag', [plainText, markdownText]);

/** A plain text of at most `max` characters. */
export const shortText = (max: number) =>
  plainText.extend({ content: z.string().max(max, `text is longer than ${max}`) });

export const icon = z.discriminatedUnion('tag', [
  z.strictObject({
    tag: z.literal('standard_icon'),
    token: z.string().min(1),
    color: colour.optional(),
    size: z.string().optional(),
    element_id: elementId.optional(),
  }),
  z.strictObject({
    tag: z.literal('custom_icon'),
    img_key: z.string().min(1),
    size: z.string().optional(),
    element_id: elementId.optional(),
  }),
]);

export const multiUrl = z.strictObject({
  url: z.string().optional(),
  pc_url: z.string().optional(),
  ios_url: z.string().optional(),
  android_url: z.string().optional(),
});

const address = z.string().regex(/^$|^(https?|lark|tel):/, 'url is invalid');

export const behaviors = z.array(
  z.discriminatedUnion('type', [
    z.strictObject({
      type: z.literal('callback'),
      value: z.union([z.record(z.string(), z.unknown()), z.string()]).optional(),
    }),
    z.strictObject({
      type: z.literal('open_url'),
      default_url: address.optional(),
      pc_url: address.optional(),
      ios_url: address.optional(),
      android_url: address.optional(),
    }),
  ]),
);

export const confirm = z.strictObject({ title: plainText, text: plainText.optional() });

/** Members that every interactive component accepts (§3.6). */
export const controlMembers = {
  element_id: elementId.optional(),
  name: z.string().optional(),
  required: z.boolean().optional(),
  disabled: z.boolean().optional(),
  disabled_tips: plainText.optional(),
  width: sized(['default', 'fill'], 100).optional(),
  margin: margin.optional(),
  confirm: confirm.optional(),
  behaviors: behaviors.optional(),
  value: z.union([z.record(z.string(), z.unknown()), z.string()]).optional(),
};
