import { afterEach, describe, expect, test } from 'vitest';
import { markerOf } from '../bot/lark/messenger.ts';
import { closePlatforms, type Reply, setUp } from './fixtures/lark/platform.ts';

afterEach(closePlatforms);

describe('looking a message up (§4.3)', () => {
  const since = new Date('2026-05-25T00:59:00Z');
  const page = (items: unknown[], next?: string) => ({
    json: { code: 0, data: { items, has_more: next !== undefined, page_token: next } },
  });
  const message = (id: string, content: string, deleted = false) => ({
    message_id: id,
    chat_id: 'oc_1',
    deleted,
    body: { content },
  });
  const ours = message('om_9', `{"body":{"elements":[{"element_id":"${markerOf('key-1')}"}]}}`);

  test('finds our card on a later page by its marker', async () => {
    const { messenger, asked } = await setUp(({ query }) =>
      query['page_token'] === 'p2' ? page([ours]) : page([message('om_1', '{}')], 'p2'),
    );
    expect(await messenger.find('oc_1', 'key-1', since)).toEqual({
      ok: true,
      value: { messageRef: 'om_9', chatRef: 'oc_1' },
    });
    const [first] = asked('GET im/v1/messages');
    expect(first?.query).toMatchObject({
      container_id_type: 'chat',
      container_id: 'oc_1',
      card_msg_content_type: 'user_card_content',
    });
    expect(Number(first?.query['start_time'])).toBeLessThanOrEqual(since.getTime() / 1000);
  });

  test('null when it did not arrive, was recalled, or the chat is unknown', async () => {
    const { messenger, calls } = await setUp(() =>
      page([{ ...ours, deleted: true }, message('om_2', '{}')]),
    );
    expect(await messenger.find('oc_1', 'key-1', since)).toEqual({ ok: true, value: null });
    const before = calls.length;
    expect(await messenger.find('', 'key-1', since)).toEqual({ ok: true, value: null });
    expect(calls).toHaveLength(before);
  });

  test('a page that cannot be read, or comes again, is no proof of absence', async () => {
    const failing = await setUp(({ query }) =>
      query['page_token'] ? { status: 500, json: 'x' } : page([], 'p2'),
    );
    expect(await failing.messenger.find('oc_1', 'k', since)).toMatchObject({ ok: false });
    const looping = await setUp(() => page([], 'p2'));
    expect(await looping.messenger.find('oc_1', 'k', since)).toMatchObject({ ok: false });
  });
});

describe('the directory (§6, §8.5)', () => {
  const USERS = 'GET contact/v3/users/find_by_department';
  const CHILDREN = 'GET contact/v3/departments/0/children';
  const list = (items: unknown[], next?: string): Reply => ({
    json: {
      code: 0,
      data: {
        items,
        has_more: next !== undefined,
        ...(next === undefined ? {} : { page_token: next }),
      },
    },
  });
  const user = (id: string, status: object = { is_activated: true }) => ({
    open_id: id,
    union_id: `on_${id}`,
    name: `员工${id}`,
    status,
  });
  const active = { is_activated: true, is_resigned: false, is_frozen: false, is_exited: false };

  test('walks every page of every department, the root included, and joins people', async () => {
    const gone = { open_department_id: 'od-9', status: { is_deleted: true } };
    const pages: Readonly<Record<string, Reply>> = {
      'children 1': list([{ open_department_id: 'od-1' }, gone], 'p2'),
      'children p2': list([{ open_department_id: 'od-2' }]),
      '0 1': list([user('ou_0')]),
      'od-1 1': list([user('ou_1', active)], 'p2'),
      'od-1 p2': list([user('ou_2', { ...active, is_resigned: true })]),
      'od-2 1': list([
        user('ou_1', active),
        { open_id: 'ou_3' },
        { ...user('ou_4'), is_frozen: true },
      ]),
    };
    const { messenger } = await setUp(({ query }) => {
      const page = `${query['department_id'] ?? 'children'} ${query['page_token'] ?? '1'}`;
      return pages[page] ?? { status: 500, json: page };
    });
    expect(await messenger.listDirectory()).toEqual({
      ok: true,
      value: [
        {
          openId: 'ou_0',
          unionId: 'on_ou_0',
          name: '员工ou_0',
          active: true,
          departmentIds: ['0'],
        },
        {
          openId: 'ou_1',
          unionId: 'on_ou_1',
          name: '员工ou_1',
          active: true,
          departmentIds: ['od-1', 'od-2'],
        },
        {
          openId: 'ou_2',
          unionId: 'on_ou_2',
          name: '员工ou_2',
          active: false,
          departmentIds: ['od-1'],
        },
        { openId: 'ou_3', unionId: '', name: '', active: true, departmentIds: ['od-2'] },
        {
          openId: 'ou_4',
          unionId: 'on_ou_4',
          name: '员工ou_4',
          active: false,
          departmentIds: ['od-2'],
        },
      ],
    });
  });

  test('any refused page makes the whole list a failure', async () => {
    const { messenger } = await setUp(({ api, query }) => {
      if (api === CHILDREN) return list([{ open_department_id: 'od-1' }]);
      return query['department_id'] === '0'
        ? list([user('ou_0')])
        : { json: { code: 41050, msg: 'no' } };
    });
    expect(await messenger.listDirectory()).toEqual({
      ok: false,
      failure: { kind: 'misconfigured', code: '41050' },
    });
  });

  test('a tree that is too large is walked level by level', async () => {
    const { messenger, asked } = await setUp(({ api, query }) => {
      if (api === CHILDREN)
        return query['fetch_child'] === 'true'
          ? { json: { code: 43010 } }
          : list([{ open_department_id: 'od-1' }]);
      return api === USERS ? list([]) : list([{ open_department_id: 'od-2' }]);
    });
    expect(await messenger.listDirectory()).toEqual({ ok: true, value: [] });
    expect(asked(USERS).map((call) => call.query['department_id'])).toEqual(['0', 'od-1', 'od-2']);
  });

  test('waits out a rate limit instead of starting again', async () => {
    let limited = true;
    const { messenger } = await setUp(({ api }) => {
      if (api === USERS) return list([user('ou_0')]);
      const reply = limited
        ? { status: 429, headers: { 'x-ogw-ratelimit-reset': '1' }, json: { code: 99991400 } }
        : list([]);
      limited = false;
      return reply;
    });
    expect(await messenger.listDirectory()).toMatchObject({
      ok: true,
      value: [{ openId: 'ou_0' }],
    });
  });
});
