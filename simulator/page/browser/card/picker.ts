/** §3.6 date_picker, picker_time, picker_datetime */
import { isUsable } from './behaviour.ts';
import type { Renderer } from './context.ts';
import { announce, asField, type Control } from './field.ts';
import { stringAt, wordsAt } from './json.ts';
import { type MomentKind, readMoment } from './moment.ts';
import { createMomentInput } from './moment-input.ts';

/** The platform reports local moments with the zone of the client, §3.7. */
const ZONE_SUFFIX = ' +0800';

const KINDS: Readonly<Record<string, { kind: MomentKind; initial: string; label: string }>> = {
  date_picker: { kind: 'date', initial: 'initial_date', label: '请选择日期' },
  picker_time: { kind: 'time', initial: 'initial_time', label: '请选择时间' },
  picker_datetime: { kind: 'datetime', initial: 'initial_datetime', label: '请选择日期和时间' },
};

const onTheWire = (value: string): string => (value === '' ? '' : value + ZONE_SUFFIX);

/** A picker of a day, a time or both. */
export const renderPicker: Renderer = (spec, context) => {
  const { kind, initial, label } = KINDS[stringAt(spec, 'tag')] ?? {
    kind: 'date',
    initial: 'initial_date',
    label: '请选择日期',
  };
  const placeholder = wordsAt(spec, 'placeholder');
  const start = readMoment(kind, stringAt(spec, initial)) ?? '';
  const input = createMomentInput({
    kind,
    label: placeholder === '' ? label : placeholder,
    disabled: !isUsable(spec, context),
    onChange: (value) => announce(spec, context, control, { option: onTheWire(value) }),
  });
  input.set(start);
  const control: Control = {
    node: input.node,
    target: input.entry,
    read: () => onTheWire(input.value()),
    reset: () => input.set(start),
  };
  return asField(spec, context, control);
};
