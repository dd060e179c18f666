/** Reading the bot's answer to a click, and the codes people see when it is not as it should be (§2.11). */
import { z } from 'zod';
import { localised } from './card-base.ts';
import { checkCard } from './card-check.ts';
import type { Core } from './core.ts';
import type { Exchange } from './exchange.ts';
import { type Json, parseJson } from './model.ts';

export type Toast = {
  readonly type: 'info' | 'success' | 'error' | 'warning';
  readonly content: string;
};

type CallbackAnswer =
  | { readonly ok: true; readonly toast?: Toast; readonly card?: Json }
  | { readonly ok: false; readonly code: string; readonly text: string };

const answerSchema = z.strictObject({
  toast: z
    .strictObject({
      type: z.enum(['info', 'success', 'error', 'warning']).default('info'),
      content: z.string().default(''),
      i18n: localised.optional(),
    })
    .optional(),
  card: z
    .strictObject({
      type: z.enum(['raw', 'template']),
      data: z.record(z.string(), z.unknown()),
    })
    .optional(),
});

const failureTexts: Readonly<Record<number, string>> = {
  200340: '操作失败：应用未配置回调地址，请联系应用的开发者',
  200341: '操作失败：应用未在规定时间内响应，请稍后重试',
  200342: '操作失败：无法连接到应用，请稍后重试',
  200343: '操作失败：无法找到应用的服务地址，请稍后重试',
  200671: '操作失败：应用服务异常，请稍后重试',
  200672: '操作失败：应用返回的内容格式有误',
  200673: '操作失败：应用返回的卡片有误',
  200830: '操作失败：应用返回的卡片版本不符',
};

const failed = (code: number): CallbackAnswer => ({
  ok: false,
  code: String(code),
  text: `${failureTexts[code] ?? '操作失败'}（${code}）`,
});

const exchangeCodes = {
  timeout: 200341,
  refused: 200342,
  unresolved: 200343,
  notConfigured: 200340,
} as const;

function cardOf(core: Core, data: Json): CallbackAnswer {
  if (data['schema'] !== '2.0') return failed(200830);
  const verdict = checkCard(JSON.stringify(data), core.cardFacts);
  return verdict.ok ? { ok: true, card: data } : failed(200673);
}

/** What the client shows for the bot's answer. */
export function readAnswer(core: Core, result: Exchange): CallbackAnswer {
  if (result.kind !== 'answered') return failed(exchangeCodes[result.kind]);
  if (result.status !== 200) return failed(200671);
  const parsed = answerSchema.safeParse(parseJson(result.text));
  if (!parsed.success) return failed(200672);
  const { toast, card } = parsed.data;
  const shown = toast === undefined ? {} : { toast: shownToast(toast) };
  if (card === undefined) return { ok: true, ...shown };
  // No card templates exist here, so every reference to one is a card that cannot be shown.
  if (card.type === 'template') return failed(200673);
  const checked = cardOf(core, card.data);
  return checked.ok ? { ...checked, ...shown } : checked;
}

type WireToast = NonNullable<z.infer<typeof answerSchema>['toast']>;

const shownToast = ({ type, content, i18n }: WireToast): Toast => ({
  type,
  content: i18n?.zh_cn ?? content,
});
