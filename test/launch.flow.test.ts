/** 发起自查 beside an own form, and what follows once a cycle has been closed. */
import { beforeAll, describe, expect, it } from 'vitest';
import { closeCycle } from '../services/cycle-close.ts';
import { cardTitled, FORM } from './support/chain.ts';
import { forgedAction } from './support/forged.ts';
import { useHouse } from './support/hooks.ts';
import { UNIT } from './support/house.ts';
import { all, appended } from './support/reorganise.ts';
import type { SeenCard } from './support/simulated-person.ts';

const OFFICE = '0007';

describe('before a launch', () => {
  const house = useHouse();

  it.each(['0001', '0004', '0008', '0013'])(
    '%s, who is not of the office, is told who may launch, not that something is running',
    async (code) => {
      const action = { a: 'cycle.propose', p: { unit: UNIT } };
      const { toast } = await forgedAction(house, `ou_demo_${code}`, action)();
      expect(toast?.content).toBe('此操作只能由领导小组办公室进行。');
    },
  );
});

describe('an office person who owes a form', () => {
  const house = useHouse();
  let cycleId: string;
  beforeAll(async () => {
    cycleId = await house.launch();
  });

  const answered = async (word: string): Promise<readonly SeenCard[]> => {
    const office = house.person(OFFICE);
    const before = (await office.cards()).length;
    await office.say(word);
    await house.settle();
    return (await office.cards()).slice(before);
  };
  const textOf = (card: SeenCard | undefined): string =>
    card === undefined ? '' : house.person(OFFICE).textOf(card);

  it('is told when nothing can be launched, and still gets the own form', async () => {
    const refused = await answered('发起自查');
    expect(refused).toHaveLength(1);
    expect(textOf(refused[0])).toContain('目前没有可以由您发起的自查');
    const own = await answered('自查');
    expect(own).toHaveLength(1);
    expect(textOf(own[0])).toContain(FORM);
  });

  it('reaches the launch for another unit', async () => {
    await house.reorganise(
      all(
        appended('units.csv', 'BR,云溪分局,县级机关,QLSF'),
        appended('assignments.csv', '0007,role,leading_group_office,BR,2024-01-01,'),
      ),
    );
    const proposal = await answered('发起自查');
    expect(proposal).toHaveLength(1);
    expect(textOf(proposal[0])).not.toContain('目前没有需要您填写的自查表');
    expect(proposal[0] && house.person(OFFICE).buttons(proposal[0])).toEqual([
      '发起自查（云溪分局）',
    ]);
  });

  it('after the end of the cycle the card says so, and 自查 shows the form of the next one', async () => {
    const closed = await closeCycle(house.admin(), cycleId);
    expect(closed.ok).toBe(true);
    house.app.wake();
    await house.settle();
    const author = house.person('0013');
    expect(author.textOf(await cardTitled(author, FORM))).toContain('已终止');
    await house.at('2027-09-21 09:00');
    await house.launch();
    await author.say('自查');
    await house.settle();
    const next = await author.lastCard();
    expect(author.buttons(next)).toContain('填写自查表');
    expect(author.textOf(next)).toContain('2027年12月10日');
  });
});
