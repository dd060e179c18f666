/** Processes that die at the worst moment: nothing is lost and nothing is repeated. */
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HEAD, reviewCardOf, submit } from './support/chain.ts';
import { type House, openHouse } from './support/house.ts';
import { type ProductProcess, startProduct } from './support/product-process.ts';
import { eventually } from './support/waiting.ts';

describe('a worker that is killed', () => {
  let house: House;
  const workers: ProductProcess[] = [];
  const work = async (): Promise<ProductProcess> => {
    const worker = await startProduct(house, 'worker');
    workers.push(worker);
    return worker;
  };
  beforeEach(async () => {
    house = await openHouse('2026-09-21 09:00', { role: 'web' });
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.kill()));
    await house?.close();
  });

  const answersTo = async (code: string) =>
    (await house.person(code).messages()).filter(({ from }) => from === 'bot').length;
  const unsent = async () =>
    (await house.rows(`select id from outbox where state <> 'sent'`)).length;
  const reached = (code: string) =>
    eventually(async () => (await answersTo(code)) > 0 && (await unsent()) === 0);

  it('RISK-06 killed between commit and sending: the next one sends it once', async () => {
    await house.person('0013').say('帮助');
    expect(await answersTo('0013')).toBe(0);
    expect(await unsent()).toBe(1);
    await work();
    await reached('0013');
    expect(await answersTo('0013')).toBe(1);
  });

  it('killed while the platform hangs: sent once after the lease', async () => {
    const first = await work();
    house.lark.faults.set({ kind: 'hang', times: 1 });
    await house.person('0013').say('帮助');
    await eventually(async () => house.lark.faults.list().length === 0);
    await first.kill();
    expect(await answersTo('0013')).toBe(0);
    await house.jump('2026-09-21 09:03');
    await work();
    await reached('0013');
    expect(await answersTo('0013')).toBe(1);
  });

  it.each([
    ['a minute later the key is still known', '2026-09-21 09:03'],
    ['two hours later the chat is looked through', '2026-09-21 11:00'],
  ])(
    'killed after the platform took the message, before that was noted: %s',
    async (_name, later) => {
      const first = await work();
      await house.person('0013').say('帮助');
      await reached('0013');
      const lock = new Client({ connectionString: house.databaseUrl });
      await lock.connect();
      await lock.query('begin');
      // What is written down after a message has gone out waits here.
      await lock.query('lock table person_identity in share mode');
      await house.person('0013').say('待办');
      await eventually(async () => (await answersTo('0013')) === 2);
      await first.kill();
      await lock.query('rollback');
      await lock.end();
      expect(await unsent()).toBe(1);
      await house.jump(later);
      await work();
      await eventually(async () => (await unsent()) === 0);
      expect(await answersTo('0013')).toBe(2);
    },
  );
});

describe('a web process that fails before the commit', () => {
  let house: House;
  beforeEach(async () => {
    house = await openHouse();
  });
  afterEach(() => house?.close());

  /** Holds up every answer until the waiting connection is cut, as a crash of its process would. */
  async function cutDuring(act: () => Promise<unknown>): Promise<void> {
    const blocker = new Client({ connectionString: house.databaseUrl });
    await blocker.connect();
    await blocker.query('begin');
    await blocker.query('lock table inbox in access exclusive mode');
    const acting = act();
    await eventually(async () => {
      const { rowCount } = await blocker.query(
        `select pg_terminate_backend(pid) from pg_locks
         where not granted and locktype = 'relation' and relation = 'inbox'::regclass`,
      );
      return (rowCount ?? 0) > 0;
    });
    await acting;
    await blocker.query('rollback');
    await blocker.end();
  }

  it('an event is repeated by the platform and handled once', async () => {
    const person = house.person('0013');
    const answersNow = async () =>
      (await person.messages()).filter(({ from }) => from === 'bot').length;
    await cutDuring(() => person.say('帮助'));
    await house.settle();
    expect(await answersNow()).toBe(0);
    await house.at('2026-09-21 09:01');
    await eventually(async () => (await answersNow()) === 1);
    await house.at('2026-09-21 18:00');
    await house.settle();
    expect(await answersNow()).toBe(1);
  });

  it('RISK-06 a click says that it failed; the next one does what the first could not', async () => {
    await house.launch();
    const person = house.person('0013');
    const card = await person.lastCard();
    const { card: form } = await person.click('填写自查表', { card });
    let failed = '';
    await cutDuring(async () => {
      const { toast } = await person.click('保存草稿', {
        card: form,
        values: { 风险内容: '第一稿' },
      });
      failed = `${toast?.type} ${toast?.content}`;
    });
    expect(failed).toMatch(/^error 系统繁忙，请稍后再试/);
    const saved = await person.click('保存草稿', { card: form, values: { 风险内容: '第一稿' } });
    expect(saved.toast?.type).toBe('success');
    expect(person.textOf(saved.card)).toContain('第一稿');
  });

  it('RISK-12 a click answered too late: the user is asked to wait, then the card is right by itself', async () => {
    await house.launch();
    await submit(house, '0013');
    const head = house.person(HEAD);
    const card = await reviewCardOf(house, HEAD, '丁若溪');
    const blocker = new Client({ connectionString: house.databaseUrl });
    await blocker.connect();
    await blocker.query('begin');
    await blocker.query(`select id from procedure where subject_person = '0013' for update`);
    const clicked = await head.click('同意', { card, values: { 意见: '同意' } });
    expect(clicked.toast).toEqual({ type: 'info', content: '正在处理，请稍候刷新' });
    expect(head.buttons(clicked.card)).toContain('同意');
    await blocker.query('rollback');
    await blocker.end();
    await eventually(async () => {
      const shown = await reviewCardOf(house, HEAD, '丁若溪');
      return !head.buttons(shown).includes('同意');
    });
    expect(head.textOf(await reviewCardOf(house, HEAD, '丁若溪'))).toContain('已同意');
  });
});
