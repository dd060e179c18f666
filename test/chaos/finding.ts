/** What a check found wrong. */
export type Violation = {
  /** Which rule was broken. */
  readonly check: string;
  readonly detail: string;
};

/** One look at the evidence: what is wrong, and how many things were looked at. */
export type Checked = { readonly looked: number; readonly violations: readonly Violation[] };

export const violation = (check: string, detail: string): Violation => ({ check, detail });
