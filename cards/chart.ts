/** A stacked bar chart. Whatever it shows also stands beside it in words or in a table: not everybody can see it. */
export type Chart = {
  readonly title: string;
  /** The parts of every bar in the order they are stacked, e.g. 已审定、审核中、未提交. */
  readonly parts: readonly string[];
  readonly bars: readonly Bar[];
};

export type Bar = {
  readonly label: string;
  /** One count for each part, none negative. */
  readonly counts: readonly number[];
};

/** One bar in words: 法治股：已审定1、未提交2. */
export function barText({ parts }: Chart, { label, counts }: Bar): string {
  const words = parts.map((part, index) => `${part}${counts[index] ?? 0}`);
  return `${label}：${words.join('、')}`;
}
