/** A click on a card (sheet §2.11) as a neutral action with its form values. */
import { z } from 'zod';
import type { ActionPayload, ActionRef } from '../../cards/action.ts';
import { actionOf } from '../../cards/render/component-name.ts';
import type { InboundEvent } from '../inbound.ts';
import { optionalId, platformId } from './envelope.ts';
import { cleanText, formValuesOf } from './values.ts';

const isObject = (given: unknown): given is Readonly<Record<string, unknown>> =>
  typeof given === 'object' && given !== null && !Array.isArray(given);

/** `z.record` copies and checks value by value, on every click; here one look is enough. */
const jsonObject = z.custom<Readonly<Record<string, unknown>>>(isObject);
const payloadObject = z.custom<ActionPayload>(
  (given) => isObject(given) && Object.values(given).every(isPayloadValue),
);

const isPayloadValue = (value: unknown): value is string | number =>
  typeof value === 'string' || Number.isFinite(value);

const clickSchema = z.object({
  operator: z.object({ open_id: platformId }),
  action: z.object({
    value: z.unknown().optional(),
    name: z.string().max(4000).nullish(),
    form_value: jsonObject.nullish(),
    option: z.unknown().optional(),
    options: z.unknown().optional(),
    input_value: z.unknown().optional(),
    checked: z.unknown().optional(),
  }),
  context: z.object({ open_message_id: optionalId }).nullish(),
});

const referenceSchema = z.object({
  a: z.string().min(1).max(100),
  p: payloadObject.default({}),
});

const markedSchema = z.looseObject({
  action: z.looseObject({ value: z.looseObject({ k: z.string().regex(/^k[0-9a-f]{18}$/) }) }),
});

type Click = z.infer<typeof clickSchema>['action'];
type Origin = { readonly platform: string; readonly eventId: string };

/** Reads a click; null when its shape is unknown. A click that names no action of ours is `ignored`. */
export function readAction(event: unknown, origin: Origin): InboundEvent | null {
  const parsed = clickSchema.safeParse(event);
  if (!parsed.success) return null;
  const { operator, action, context } = parsed.data;
  const reference = referenceOf(action);
  const userId = operator.open_id;
  if (reference === null) return { ...origin, userId, kind: 'ignored' };
  return {
    ...origin,
    userId,
    kind: 'action',
    actionId: cleanText(reference.id),
    payload: cleanPayload(reference.payload),
    values: formValuesOf({ ...standAlone(action), ...action.form_value }),
    messageRef: context?.open_message_id ?? '',
  };
}

/**
 * The marker of the clicked card, undefined when it has none. The card that answers the click takes its place in the
 * chat: without the marker a message whose own sending is not yet known to have worked would not be found again.
 */
export function markerOfClick(event: unknown): string | undefined {
  return markedSchema.safeParse(event).data?.action.value.k;
}

/** The button's value, or its name when the value got lost on the way (field reports in §2.11). */
function referenceOf(action: Click): ActionRef | null {
  const value = referenceSchema.safeParse(action.value);
  if (value.success) return { id: value.data.a, payload: value.data.p };
  return actionOf(action.name ?? '');
}

/** A component outside a form reports its value beside its name instead of in `form_value`. */
function standAlone(action: Click): Readonly<Record<string, unknown>> {
  const given = [action.option, action.options, action.input_value, action.checked];
  const value = given.find((item) => item !== undefined && item !== null && item !== '');
  return action.name && value !== undefined ? { [action.name]: value } : {};
}

/** Neither texts nor numbers can become a prototype, whatever their key is called. */
function cleanPayload(payload: ActionPayload): ActionPayload {
  const clean: Record<string, string | number> = {};
  for (const [key, value] of Object.entries(payload)) {
    clean[cleanText(key)] = isText(value) ? cleanText(value) : value;
  }
  return clean;
}

const isText = (value: unknown): value is string => typeof value === 'string';
