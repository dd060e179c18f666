/** What the cards about a procedure need to know; services fill it. */
import type { Answers } from '../domain/answers.ts';
import type { Day } from '../domain/calendar.ts';
import type { ProcedureState, StepDetail, StepOutcome } from '../domain/procedure-state.ts';
import type { Profile, ProfileForm } from '../domain/profile.ts';
import type { Level } from '../domain/profile-forms.ts';
import type { Step } from '../domain/profile-steps.ts';
import type { RiskPointAnswer, SelfCheckDraft } from '../domain/self-check.ts';

export type PersonName = { readonly code: string; readonly name: string };
/** Somebody who acts; `standsFor` is the name of the leader whose deputy this is. */
export type ActingName = PersonName & { readonly standsFor?: string };

export type HistoryLine = {
  readonly stepId: string;
  readonly action: StepOutcome['action'];
  readonly actorCode: string;
  readonly actorName: string | null;
  readonly capacity: string;
  readonly opinion: string | null;
  readonly version: number;
  readonly at: Date;
  readonly heldOn: Day | null;
  /** Names, not codes: whoever attended may have left since. */
  readonly attendeeNames: readonly string[] | null;
  readonly detail: StepDetail;
  readonly onBehalfOfName: string | null;
  readonly toName: string | null;
};

export type ProcedureCardView = {
  readonly row: {
    readonly id: string;
    readonly subjectName: string;
    readonly postNames: string;
    readonly level: Level;
    /** The section's name; for a team's form the unit's. */
    readonly departmentName: string;
    readonly unitName: string;
    /** The first day to give it in, where the form sets one (PLAN-08). */
    readonly earliestOn: Day | null;
    readonly state: ProcedureState;
  };
  readonly profile: Profile;
  readonly form: ProfileForm;
  readonly isAuthor: boolean;
  /** `status`: how the form stands and who has it, without answers and opinions. */
  readonly access: 'full' | 'status' | 'none';
  readonly mayAct: boolean;
  readonly current: Step | null;
  readonly dueOn: Day | null;
  readonly today: Day;
  readonly zone: string;
  /** What the program knows of the author already (RISK-06); empty when the card does not ask for it. */
  readonly prefill: { readonly unitName: string; readonly powers: readonly string[] };
  readonly draft: SelfCheckDraft;
  readonly points: readonly RiskPointAnswer[];
  /** What is written into labelled fields, and what was last given in. */
  readonly draftAnswers: Answers;
  readonly answers: Answers;
  /** When the first version was given in, measured by the form's days; null before. */
  readonly punctuality: 'early' | 'onTime' | 'late' | null;
  readonly steps: readonly {
    readonly step: Step;
    readonly state: 'done' | 'current' | 'ahead' | 'skipped';
    readonly people: readonly ActingName[];
  }[];
  readonly history: readonly HistoryLine[];
  readonly registerNumbers: readonly string[];
  readonly meetingMembers: readonly PersonName[];
  /** The leader whose deputy the viewer is at this step. */
  readonly standsFor: string | null;
  /** The addressees of the current step if it files. */
  readonly receipts: readonly {
    readonly name: string;
    readonly external: boolean;
    readonly isFiled: boolean;
    readonly isMine: boolean;
  }[];
  readonly names: ReadonlyMap<string, string>;
};
