import { describe, expect, test } from 'vitest';
import { envelopeSchema, instantOf } from '../bot/lark/envelope.ts';
import { readDelivery } from '../bot/lark/wire.ts';
import { actionName, actionOf } from '../cards/render/component-name.ts';
import { click, envelope, known } from './fixtures/lark/sealed.ts';

const read = (body: unknown) => readDelivery(envelopeSchema.parse(body));

const message = (change: object, sender: object = {}) =>
  envelope('im.message.receive_v1', {
    sender: { sender_id: { open_id: 'ou_1' }, sender_type: 'user', ...sender },
    message: {
      message_id: 'om_1',
      chat_id: 'oc_1',
      chat_type: 'p2p',
      message_type: 'text',
      content: JSON.stringify({ text: '待办' }),
      ...change,
    },
  });

const bot = { key: '@_user_1', mentioned_type: 'bot', name: '廉哨', id: { open_id: 'ou_bot' } };

describe('messages (§2.1)', () => {
  test('known answer: a text, recognised by its message id (§1.8)', () => {
    expect(read(JSON.parse(known.message.plaintext))).toEqual({
      kind: 'text',
      platform: 'lark',
      eventId: 'msg-om_demo_m1',
      userId: 'ou_demo_u1',
      text: '你好 /report 2026',
      messageId: 'om_demo_m1',
      chatKind: 'direct',
      chatRef: 'oc_demo_c1',
    });
  });

  test('a group message counts only when the bot is mentioned; the mention is stripped', () => {
    const text = JSON.stringify({ text: '@_user_1 转交 @_user_10 ' });
    const other = { key: '@_user_10', mentioned_type: 'user', name: '李四' };
    const sent = { chat_type: 'group', content: text, mentions: [bot, other] };
    expect(read(message(sent))).toMatchObject({
      kind: 'text',
      chatKind: 'group',
      text: '转交 @李四',
    });
    expect(read(message({ ...sent, mentions: [other] }))).toMatchObject({ kind: 'ignored' });
    expect(read(message({ ...sent, mentions: undefined }))).toMatchObject({ kind: 'ignored' });
  });

  test('a name that looks like a key stays a name', () => {
    const first = { key: '@_user_2', mentioned_type: 'user', name: '@_user_3' };
    const second = { key: '@_user_3', mentioned_type: 'user', name: '李四' };
    const content = JSON.stringify({ text: '@_user_2 和 @_user_3' });
    expect(read(message({ content, mentions: [first, second] }))).toMatchObject({
      text: '@@_user_3 和 @李四',
    });
  });

  test('names cannot make a text grow without bound, whatever keys they claim', () => {
    const text = '@_user_1a'.repeat(30_000);
    const doubling = Array.from({ length: 400 }, (_, n) => ({
      key: `@_user_${n + 1}`,
      name: `@_user_${n + 2} @_user_${n + 2}`,
    }));
    const mentions = [{ key: 'a', name: 'x'.repeat(200_000) }, ...doubling];
    const event = read(message({ content: JSON.stringify({ text }), mentions }));
    expect(event?.kind === 'text' && event.text.length).toBeLessThan(text.length * 4);
  });

  test.each(['image', 'file', 'audio', 'post', 'sticker', 'something_new'])(
    'a message of type %s is unreadable',
    (type) => {
      expect(read(message({ message_type: type, content: '{}' }))).toMatchObject({
        kind: 'unreadable',
        eventId: 'msg-om_1',
      });
    },
  );

  test('a text whose content is no JSON is unreadable', () => {
    expect(read(message({ content: 'x' }))).toMatchObject({ kind: 'unreadable' });
    expect(read(message({ content: 'null' }))).toMatchObject({ kind: 'unreadable' });
  });

  test('what a bot writes is ignored', () => {
    expect(read(message({}, { sender_type: 'bot' }))).toMatchObject({ kind: 'ignored' });
    expect(read(message({}, { sender_type: 'app' }))).toMatchObject({ kind: 'ignored' });
  });

  test('a text of 300 kB passes whole, without signs a database refuses', () => {
    const text = `a\u0000b\ud800${'字'.repeat(100_000)}`;
    const event = read(message({ content: JSON.stringify({ text }) }));
    expect(event).toMatchObject({ text: `ab\ufffd${'字'.repeat(100_000)}` });
  });

  test('an id with half a character in it is malformed: no table and no log can hold it', () => {
    expect(read(message({ message_id: 'om_\ud800' }))).toBeNull();
    expect(read(message({}, { sender_id: { open_id: 'ou_\udc00' } }))).toBeNull();
  });

  test.each(['om_张三举报', 'om_1 2', 'om_\u00e9'])(
    'an id of other signs is malformed: %j',
    (id) => {
      expect(read(message({ message_id: id }))).toBeNull();
      expect(read(message({}, { sender_id: { open_id: id } }))).toBeNull();
    },
  );

  test('a message without an id is malformed', () => {
    expect(read(message({ message_id: undefined }))).toBeNull();
    expect(read(envelope('im.message.receive_v1', null))).toBeNull();
  });
});

describe('menu, entering, others (§2.3, §2.4)', () => {
  test('a menu entry brings its key', () => {
    const event = {
      operator: { operator_id: { open_id: 'ou_1' } },
      event_key: 'tasks',
      timestamp: 1,
    };
    expect(read(envelope('application.bot.menu_v6', event))).toEqual({
      kind: 'menu',
      platform: 'lark',
      eventId: 'evt-evt_1',
      userId: 'ou_1',
      key: 'tasks',
    });
    expect(read(envelope('application.bot.menu_v6', { event_key: 'tasks' }))).toBeNull();
  });

  test('opening the chat is `entered`', () => {
    const event = { chat_id: 'oc_1', operator_id: { open_id: 'ou_1' } };
    expect(read(envelope('im.chat.access_event.bot_p2p_chat_entered_v1', event))).toMatchObject({
      kind: 'entered',
      userId: 'ou_1',
    });
  });

  test('an unknown type is ignored whatever it contains', () => {
    expect(read(envelope('contact.user.updated_v3', 'x'))).toMatchObject({
      kind: 'ignored',
      eventId: 'evt-evt_1',
    });
  });

  test('create_time counts milliseconds or microseconds (§1.3)', () => {
    expect(instantOf('1767225600123')?.toISOString()).toBe('2026-01-01T00:00:00.123Z');
    expect(instantOf('1767225660456789')?.toISOString()).toBe('2026-01-01T00:01:00.456Z');
    expect(instantOf('soon')).toBeNull();
    expect(instantOf(undefined)).toBeNull();
  });
});

describe('clicks (§2.11, §3.7)', () => {
  const reference = { id: 'review.agree', payload: { form: 'f 1&2', rev: 3, no: '007' } };
  const value = { a: reference.id, p: reference.payload };

  test('the action comes from the value', () => {
    expect(read(click({ tag: 'button', name: 'x', value }))).toEqual({
      kind: 'action',
      platform: 'lark',
      eventId: 'evt-evt_1',
      userId: 'ou_1',
      actionId: 'review.agree',
      payload: reference.payload,
      values: {},
      messageRef: 'om_card',
    });
  });

  test.each([undefined, null, '', {}, { cmd: 'x' }])(
    'with the value %j it comes from the name, types included',
    (lost) => {
      const event = read(click({ tag: 'button', name: actionName(reference), value: lost }));
      expect(event).toMatchObject({ actionId: reference.id, payload: reference.payload });
    },
  );

  test('names read back to the same action; others name none', () => {
    expect(actionOf(actionName(reference))).toEqual(reference);
    expect(actionOf('form.save__')).toEqual({ id: 'form.save', payload: {} });
    for (const name of ['', 'btn_submit', '__x=1', 'a__rev.=x']) expect(actionOf(name)).toBeNull();
  });

  test('known answer: values of the form; a click without an action of ours is ignored', () => {
    const body = JSON.parse(known.card.plaintext);
    expect(read(body)).toMatchObject({ kind: 'ignored', userId: 'ou_demo_u1' });
    body.event.action.value = value;
    expect(read(body)).toMatchObject({
      values: {
        goal: 'line1\nline2',
        level: 'L2',
        tags: ['a', 'b'],
        owner: 'ou_demo_u2',
        due: '2026-02-01',
        agree: true,
      },
    });
  });

  test('empty, foreign and hostile values are left out', () => {
    const form = JSON.parse(`{
      "a": "", "b": null, "c": [], "d": [""], "e": {"x": 1}, "__proto__": {"admin": true},
      "constructor": "x", "form.save__": "x", "9": "x", "num": 5, "nul": "a\\u0000b",
      "mixed": ["x", 1, null, "y"], "again__2": "z"
    }`);
    const event = read(click({ value, form_value: form }));
    expect(event).toMatchObject({ kind: 'action' });
    const values = event?.kind === 'action' ? event.values : {};
    expect(Object.entries(values)).toEqual([
      ['constructor', 'x'],
      ['num', '5'],
      ['nul', 'ab'],
      ['mixed', ['x', 'y']],
      ['again', 'z'],
    ]);
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
  });

  test.each([
    ['option', { option: 'L2' }, 'L2'],
    ['date', { option: '2026-02-01 +0800' }, '2026-02-01'],
    ['input', { input_value: '字' }, '字'],
    ['several', { options: ['a', 'b'] }, ['a', 'b']],
    ['tick', { checked: false }, false],
  ])('a component outside a form: %s', (_, given, wanted) => {
    const event = read(click({ value, name: 'field', ...given }));
    expect(event).toMatchObject({ values: { field: wanted } });
  });

  test.each([
    ['no operator', click({ value }, null)],
    ['no action', click(undefined)],
    ['a form that is no object', click({ value, form_value: 'x' })],
  ])('%s is malformed', (_, body) => {
    expect(read(body)).toBeNull();
  });
});
