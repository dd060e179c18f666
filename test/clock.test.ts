import { expect, test } from 'vitest';
import { afterReading } from '../services/clock.ts';

test('nothing runs by a clock that could not be read yet, and reading it once is enough', async () => {
  const said: string[] = [];
  let isAway = true;
  const refresh = async (): Promise<boolean> => {
    said.push('read');
    if (isAway) throw new Error('no database');
    return true;
  };
  const run = afterReading({ refresh }, async () => {
    said.push('run');
  });
  await expect(run()).rejects.toThrow('no database');
  isAway = false;
  await run();
  await run();
  expect(said).toEqual(['read', 'read', 'run', 'run']);
});
