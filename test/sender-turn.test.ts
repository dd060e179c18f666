import { expect, test } from 'vitest';
import { createSenderTurn } from '../jobs/turn.ts';
import type { TurnState } from '../services/dispatch.ts';

/** A turn whose answers are given one by one. */
function asked() {
  const answers: PromiseWithResolvers<TurnState>[] = [];
  const take = (): Promise<TurnState> => {
    const answer = Promise.withResolvers<TurnState>();
    answers.push(answer);
    return answer.promise;
  };
  const taken: number[] = [];
  let time = 10_000;
  const takeOver = async (): Promise<void> => void taken.push(answers.length);
  const turn = createSenderTurn({ take, release: async () => undefined }, takeOver, () => time);
  const wait = (ms: number): void => {
    time += ms;
  };
  return { turn, answers, taken, wait };
}
const begun = async () => {
  const all = asked();
  const beginning = all.turn.begin();
  all.answers[0]?.resolve('taken');
  expect(await beginning).toBe(true);
  return all;
};

test('while the database does not answer, nothing goes out, and nothing is given up either', async () => {
  const { turn, answers, wait } = await begun();
  wait(2_000);
  const confirming = turn.confirm();
  wait(2_000);
  expect(turn.permit()).toBe('send');
  wait(1);
  expect(turn.permit()).toBe('wait');
  answers[1]?.resolve('kept');
  expect(await confirming).toBe(true);
  // Counted from the question: the lock may have gone just after it.
  expect(turn.permit()).toBe('send');
  wait(2_000);
  expect(turn.permit()).toBe('wait');
});

test('it is not asked for more often than every two seconds', async () => {
  const { turn, answers, wait } = await begun();
  wait(1_999);
  expect(await turn.confirm()).toBe(true);
  expect(answers).toHaveLength(1);
});

test.each(['taken', 'elsewhere'] as const)(
  'a run ends when the turn is found %s',
  async (state) => {
    const { turn, answers, taken, wait } = await begun();
    wait(2_000);
    const confirming = turn.confirm();
    answers[1]?.resolve(state);
    expect(await confirming).toBe(false);
    expect([turn.permit(), turn.isMine()]).toEqual(['stop', false]);
    const again = turn.begin();
    answers[2]?.resolve(state === 'taken' ? 'kept' : 'taken');
    expect(await again).toBe(true);
    expect(taken).toEqual([1, 3]);
  },
);

test('an error is no permission', async () => {
  const { turn, answers, wait } = await begun();
  wait(2_000);
  const confirming = turn.confirm();
  answers[1]?.reject(new Error('connection lost'));
  await expect(confirming).rejects.toThrow('connection lost');
  expect(turn.permit()).toBe('stop');
});
