/** Files and contacts of the stand-in, lark.md §4.10, §6. */
import axios from 'axios';
import { describe, expect, it } from 'vitest';
import { cardOf, person, refusalOf, send, useSimulators } from './support/simulator-fixture.ts';

const start = useSimulators();

describe('§4.10 files', () => {
  it('uploads, sends and downloads', async () => {
    const fixture = await start();
    const bytes = Buffer.from('台账,内容');
    const file = await fixture.client.im.v1.file.create({
      data: { file_type: 'stream', file_name: '台账.csv', file: bytes },
    });
    const content = JSON.stringify({ file_key: file?.file_key });
    const sent = await send(fixture, content, { type: 'file' });
    const shown = (await fixture.sim.client.chat('ou_p1'))?.at(-1);
    expect(shown).toMatchObject({ kind: 'file', file: { name: '台账.csv', size: bytes.length } });
    const back = await fixture.client.im.v1.messageResource.get({
      path: { message_id: sent.data?.message_id ?? '', file_key: file?.file_key ?? '' },
      params: { type: 'file' },
    });
    const read = await back.getReadableStream().toArray();
    expect(Buffer.concat(read).toString()).toBe('台账,内容');
    const page = await axios.get(`${fixture.url}/simulator/api/files/${file?.file_key}`);
    expect(page.data).toBe('台账,内容');
  });

  it.each([
    ['an empty file', '空.csv', 0, 234010],
    ['a name without extension', '台账', 3, 234001],
    ['more than 30 MB', '大.bin', 30 * 1024 * 1024 + 1, 234006],
  ])('refuses %s', async (_, name, size, code) => {
    const { client } = await start();
    const call = client.im.v1.file.create({
      data: { file_type: 'stream', file_name: name, file: Buffer.alloc(size) },
    });
    expect((await refusalOf(call)).code).toBe(code);
  });

  it('takes images by their bytes; cards may show them', async () => {
    const fixture = await start();
    const upload = (image: Buffer) =>
      fixture.client.im.v1.image.create({ data: { image_type: 'message', image } });
    expect((await refusalOf(upload(Buffer.from('no image')))).code).toBe(234011);
    const png = Buffer.from('89504e470d0a1a0a0000', 'hex');
    const { image_key: key } = (await upload(png)) ?? {};
    const card = cardOf([{ tag: 'img', img_key: key, alt: { tag: 'plain_text', content: '' } }]);
    expect((await send(fixture, card)).code).toBe(0);
  });
});

describe('§6 contacts', () => {
  const many = Array.from({ length: 120 }, (_, n) => person(n, n < 110 ? 'D1' : `D${n}`));

  it('walks departments and direct members page by page', async () => {
    const { client } = await start({ people: () => Promise.resolve(many) });
    const departments = [];
    let token: string | undefined;
    do {
      const page = await client.contact.v3.department.children({
        path: { department_id: '0' },
        params: { page_size: 4, fetch_child: true, ...(token ? { page_token: token } : {}) },
      });
      departments.push(...(page.data?.items ?? []));
      token = page.data?.page_token;
    } while (token !== undefined);
    expect(departments).toHaveLength(11);
    const names = [];
    token = undefined;
    do {
      const page = await client.contact.v3.user.findByDepartment({
        params: {
          department_id: departments[0]?.open_department_id ?? '',
          page_size: 50,
          ...(token ? { page_token: token } : {}),
        },
      });
      names.push(...(page.data?.items ?? []).map((item) => item.name));
      token = page.data?.page_token;
    } while (token !== undefined);
    expect(names).toHaveLength(110);
    expect(new Set(names).size).toBe(110);
  });

  it('refuses large pages, foreign tokens and unknown departments', async () => {
    const { client } = await start({ people: () => Promise.resolve(many) });
    const members = (params: { department_id: string; page_size?: number; page_token?: string }) =>
      client.contact.v3.user.findByDepartment({ params });
    expect((await refusalOf(members({ department_id: 'D1', page_size: 51 }))).code).toBe(40011);
    expect((await refusalOf(members({ department_id: 'od-x' }))).code).toBe(40004);
    expect(
      (await refusalOf(members({ department_id: 'D1', page_token: 'eyJuZXh0IjoxfQ' }))).code,
    ).toBe(40012);
  });

  it('reads users in batches, one by one, and the scopes; an import shows at once', async () => {
    const fixture = await start();
    const { client, people } = fixture;
    const batch = await client.contact.v3.user.batch({ params: { user_ids: ['ou_p1', 'ou_p3'] } });
    expect(batch.data?.items?.map((item) => item.name)).toEqual(['员工1', '员工3']);
    const one = () => client.contact.v3.user.get({ path: { user_id: 'ou_p9' } });
    expect((await refusalOf(one())).code).toBe(41050);
    people.list = [...people.list, person(9)];
    expect((await one()).data?.user).toMatchObject({
      name: '员工9',
      status: { is_resigned: false },
    });
    const scopes = await client.contact.v3.scope.list({ params: { page_size: 100 } });
    expect(scopes.data?.department_ids).toHaveLength(2);
  });
});
