/** What the attackers know while they attack: ids, revisions, and the keys of the platform. */
import type { LarkConfig } from '../../config.ts';
import type { Form } from './setting.ts';
import type { Shot } from './shot.ts';
import type { World } from './world.ts';

export type Known = {
  readonly config: LarkConfig;
  readonly world: World;
  seed: number;
  /** By author; renewed while the run goes on. */
  forms: ReadonlyMap<string, Form>;
  /** Ids that exist, of other tables. */
  readonly otherIds: readonly string[];
  /** Clicks sent last, for repetition. */
  readonly recent: Shot[];
};

/** The form of `author`. @throws when there is none */
export function formOf(known: Known, author: string): Form {
  const form = known.forms.get(author);
  if (form === undefined) throw new Error(`${author} owes no form`);
  return form;
}
