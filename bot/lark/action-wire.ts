/** A click on a card (sheet §2.11) as a neutral action with its form values. */
import { z } from 'zod';
import type { ActionPayload, ActionRef } from '../../cards/action.ts';
import { actionOf } from '../../cards/render/component-name.ts';
import type { InboundEvent } from '../inbound.ts';
import { platformId } from './envelope.ts';
import { cleanText, formValuesOf } from './values.ts';

const clickSchema = z.looseObject({
  operator: z.looseObject({ open_id: platformId.min(1) }),
  action: z.looseObject({
    value: z.unknown().optional(),
    name: z.string().max(4000).nullish(),
    form_value: z.record(z.string(), z.unknown()).nullish(),
    option: z.unknown().optional(),
    options: z.unknown().optional(),
    input_value: z.unknown().optional(),
    checked: z.unknown().optional(),
  }),
  context: z.looseObject({ open_message_id: platformId.nullish() }).nullish(),
});

const referenceSchema = z.looseObject({
  a: z.string().min(1).max(100),
  p: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});

type Click = z.infer<typeof clickSchema>['action'];
type Origin = { readonly platform: string; readonly eventId: string };

/** Reads a click; null when its shape is unknown. A click that names no action of ours is `ignored`. */
export function readAction(event: unknown, origin: Origin): InboundEvent | null {
  const parsed = clickSchema.safeParse(event);
  if (!parsed.success) return null;
  const { operator, action, context } = parsed.data;
  const reference = referenceOf(action);
  const base = { ...origin, userId: operator.open_id };
  if (reference === null) return { ...base, kind: 'ignored' };
  return {
    ...base,
    kind: 'action',
    actionId: cleanText(reference.id),
    payload: cleanPayload(reference.payload),
    values: formValuesOf({ ...standAlone(action), ...action.form_value }),
    messageRef: context?.open_message_id ?? '',
  };
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

function cleanPayload(payload: ActionPayload): ActionPayload {
  const entries = Object.entries(payload).map(([key, value]) => [
    cleanText(key),
    typeof value === 'string' ? cleanText(value) : value,
  ]);
  return Object.fromEntries(entries);
}
