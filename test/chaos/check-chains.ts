/** The audit chains verify, by the command an administrator would use. */
import { type Violation, violation } from './finding.ts';

type Command = (...words: readonly string[]) => Promise<{ code: number; said: string }>;

const SHOWN = 2_000;

export async function checkChains(cli: Command): Promise<readonly Violation[]> {
  const { code, said } = await cli('audit', 'verify');
  return code === 0 ? [] : [violation('chains', said.trim().slice(0, SHOWN))];
}
