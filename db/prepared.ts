/**
 * Names for statements that come again: a named statement is parsed and planned once per connection, which halves
 * the cost of a click. Only short texts that were seen before get a name, and no more than a few hundred: the server
 * keeps what has been named for as long as the connection lives, so a name, once given, is not given to another text.
 */
import { createHash } from 'node:crypto';

/** Longer texts are bulk writes; their shape changes with their length. */
const LONGEST = 8_000;
const MOST_NAMES = 300;
const MOST_TEXTS = 2_000;
/** A text gets its name when it comes the third time. */
const SEEN_BEFORE = 2;

/** A statement whose columns follow the table may not outlive a migration: the server refuses to run its old plan. */
const ALL_COLUMNS = /(?:\.|select |returning )\*/;

/** A list of values is another text for every length: a few dozen lengths would take the names of all other statements. */
const LIST_OF_VALUES = /\bin \(\$\d|\), \(\$\d/;

export type StatementNames = (text: string) => string | undefined;

/** Names are derived from the text, so that the same statement is the same on every connection. */
export function createStatementNames(): StatementNames {
  const names = new Map<string, string>();
  const seen = new Map<string, number>();
  return (text) => {
    const known = names.get(text);
    if (known !== undefined) return known;
    if (text.length > LONGEST || names.size >= MOST_NAMES || isUnsteady(text)) return;
    const times = seen.get(text) ?? 0;
    if (times >= SEEN_BEFORE) {
      seen.delete(text);
      const name = `s_${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
      names.set(text, name);
      return name;
    }
    if (seen.size >= MOST_TEXTS) seen.clear();
    seen.set(text, times + 1);
    return undefined;
  };
}

const isUnsteady = (text: string): boolean => ALL_COLUMNS.test(text) || LIST_OF_VALUES.test(text);
