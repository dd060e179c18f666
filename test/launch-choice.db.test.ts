/** The launch card of a house with several profiles: one is chosen, then its own questions are asked. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FormValues } from '../cards/form.ts';
import type { Reply } from '../cards/model.ts';
import { createReceive } from '../handlers/receive.ts';
import { type Bureau, NOW, OFFICE, openBureau, UNIT, ZONE } from './support/bureau.ts';
import { routesOf } from './support/routes.ts';
import { edited, loadText, shipped } from './support/shipped-profile.ts';

/** A second scheme that leaves a figure open without a suggestion. */
const asking = loadText(
  edited(
    'workdays: { ask: 逾期几个工作日仍未办理，告知其上一级？, suggest: 2 }',
    'workdays: { ask: 几个工作日后上报？ }',
    edited('id: s2-justice-bureau', 'id: asking').replace('name: 司法局廉政', 'name: 试行廉政'),
  ),
);

let bureau: Bureau;
beforeEach(async () => {
  bureau = await openBureau();
});
afterEach(() => bureau?.close());

const click = async (actionId: string, values: FormValues = {}): Promise<Reply> => {
  const { router, commands } = routesOf([shipped, asking]);
  const now = () => NOW;
  const receive = createReceive({
    db: bureau.db,
    now,
    zone: ZONE,
    router,
    commands,
    menu: {},
    committed: () => undefined,
  });
  const { answer } = await receive({
    kind: 'action',
    platform: 'lark',
    eventId: randomUUID(),
    userId: `ou_demo_${OFFICE}`,
    actionId,
    payload: { unit: UNIT },
    values,
    messageRef: 'om_none',
  });
  return answer ?? {};
};
const cycles = async () =>
  (await bureau.db.selectFrom('cycle').select(['profile_id', 'profile']).execute()).map(
    ({ profile_id: id, profile }) => ({ id, profile }),
  );
const startOn = '2026-09-21';

describe('with two profiles', () => {
  test('PLAN-01 both are offered, and no question before one is chosen', async () => {
    const { replace } = await click('cycle.propose');
    const text = JSON.stringify(replace);
    expect(text).toContain('司法局廉政');
    expect(text).toContain('试行廉政');
    expect(text).not.toContain('ask0');
  });

  test('one that must be answered is not launched before it is; the card then asks', async () => {
    const { toast, replace } = await click('cycle.launch', { profile: 'asking', startOn });
    expect(toast).toEqual({
      tone: 'error',
      text: '请先回答“几个工作日后上报？”，方案要求发起时确定。',
    });
    expect(await cycles()).toEqual([]);
    expect(JSON.stringify(replace)).toContain('"name":"ask0"');
    expect(JSON.stringify(replace)).not.toContain('司法局廉政');
    const answered = await click('cycle.launch', { profile: 'asking', startOn, ask0: '4' });
    expect(answered.toast?.tone).toBe('success');
    expect(await cycles()).toMatchObject([
      { id: 'asking', profile: { settings: { reminders: { escalate: [{ workdays: 4 }, {}] } } } },
    ]);
  });

  test('what runs already is offered no more', async () => {
    await bureau.launch();
    const { replace } = await click('cycle.propose');
    expect(JSON.stringify(replace)).toContain('试行廉政');
    expect(JSON.stringify(replace)).not.toContain('司法局廉政');
    expect(JSON.stringify(replace)).toContain('"name":"ask0"');
  });

  test('a chosen day that is none, and a profile that is none, are told', async () => {
    const noDay = await click('cycle.rehearse', { profile: 'asking', startOn: '2026-02-30' });
    expect(noDay.toast?.text).toContain('“开始日期”');
    const none = await click('cycle.rehearse', { profile: '__proto__', startOn });
    expect(none.toast?.text).toContain('“方案”');
  });
});
