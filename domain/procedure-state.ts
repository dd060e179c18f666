/** What a procedure is, what may be asked of it, and what is known about people when it is decided. */
import type { Day } from './calendar.ts';
import type { Role } from './profile-terms.ts';

export type Signature = {
  readonly stepId: string;
  readonly person: string;
  /** Whose deputy signed. */
  readonly onBehalfOf?: string;
  /** The record of a discussion: it locks the version and is nobody's own verdict. */
  readonly minutes?: true;
};

/** An addition (补充意见) to a form by somebody who was asked (RISK-08). */
export type PeerComment = {
  readonly id: string;
  readonly by: string;
  readonly text: string;
  /** The version it speaks of. */
  readonly version: number;
  readonly answer: 'accepted' | 'explained' | null;
  readonly reply: string | null;
};

/** A task that its holder gave to somebody else for this step. */
export type HandOver = { readonly stepId: string; readonly from: string; readonly to: string };

/** What gathers around a form on its way; nothing of it is ever taken away but by its own command. */
export type Collected = {
  readonly comments: readonly PeerComment[];
  /** Codes of the addressees who have confirmed the receipt. */
  readonly filed: readonly string[];
  readonly handed: readonly HandOver[];
  /** Who stands aside for a conflict of interest, on every version. */
  readonly recused: readonly string[];
};

export const nothingCollected: Collected = { comments: [], filed: [], handed: [], recused: [] };

/** `cancelled` = ended without a decision: its author has left, or its cycle was closed. */
export type ProcedureStatus = 'scheduled' | 'open' | 'completed' | 'cancelled';

export type ProcedureState = {
  readonly status: ProcedureStatus;
  readonly stepIndex: number;
  /** The last submitted version of the form; 0 = none yet. */
  readonly version: number;
  /** Grows with every change; a card carries the one it showed. */
  readonly revision: number;
  readonly subject: string;
  /** Signatures given to `version`. */
  readonly signed: readonly Signature[];
  /** Who has submitted a version; more than the subject when the form was handed over. */
  readonly writers?: readonly string[];
  readonly collected: Collected;
};

export type Meeting = { readonly heldOn: string; readonly attendees: readonly string[] };

export type ProcedureCommand = { readonly by: string; readonly revision: number } & (
  | { readonly kind: 'submit' }
  | { readonly kind: 'withdraw' }
  | { readonly kind: 'agree'; readonly opinion: string; readonly meeting?: Meeting }
  | { readonly kind: 'return'; readonly opinion: string; readonly meeting?: Meeting }
  | { readonly kind: 'comment'; readonly id: string; readonly text: string }
  | {
      readonly kind: 'answer';
      readonly comment: string;
      readonly answer: 'accepted' | 'explained';
      readonly reply: string;
    }
  | { readonly kind: 'closeComments' }
  /** The time of a comment step is over. */
  | { readonly kind: 'expire' }
  | {
      readonly kind: 'file';
      readonly addressee: string;
      readonly receivedOn: string;
      readonly reference: string;
    }
  | { readonly kind: 'recuse'; readonly reason: string }
  | {
      readonly kind: 'handOver';
      readonly id: string;
      readonly to: string;
      readonly reason: string;
    }
);

export type CommandOf<K extends ProcedureCommand['kind']> = Extract<
  ProcedureCommand,
  { readonly kind: K }
>;

export type Holders = Readonly<Partial<Record<Role, readonly string[]>>>;

export type ProcedureFacts = {
  /** Who holds each role for this form's department and unit today. */
  readonly holders: Holders;
  readonly today: string;
  /** The deputy of each holder who has named one for today. */
  readonly deputies?: Readonly<Record<string, string>>;
  /** Who works in the form's department today. */
  readonly colleagues?: readonly string[];
  /** Those of the people named in the form's hand-overs who are still there. */
  readonly present?: readonly string[];
  /** To whom the task may be handed over; needed by that command only. */
  readonly eligible?: readonly string[];
  /** What a recorded meeting is measured by; needed at its step only. */
  readonly meeting?: {
    /** The day on which the version before the meeting was submitted. */
    readonly submittedOn: Day;
    /** Who held each role on the day of the meeting. */
    readonly holders: Holders;
    /** Who worked in the form's department on the day of the meeting. */
    readonly colleagues?: readonly string[];
  };
};

/** What an entry of the step history says beside who did what. */
export type StepDetail = {
  /** Whose deputy acted. */
  readonly onBehalfOf?: string;
  /** Distinguishes additions, their answers and hand-overs. */
  readonly ref?: string;
  /** Who takes a task over. */
  readonly to?: string;
  readonly addressee?: string;
  readonly receivedOn?: string;
  readonly reference?: string;
};

export const stepActions = [
  'submitted',
  'amended',
  'withdrawn',
  'commented',
  'accepted',
  'explained',
  'closed',
  'expired',
  'discussed',
  'agreed',
  'checked',
  'returned',
  'decided',
  'filed',
  'recused',
  'handedOver',
  'skipped',
] as const;

export type StepOutcome = {
  readonly stepId: string;
  readonly action: (typeof stepActions)[number];
  readonly detail?: StepDetail;
};

export type ProcedureChange = {
  readonly next: ProcedureState;
  /** What goes into the step history, in order. */
  readonly outcomes: readonly StepOutcome[];
  /** Who has to act next; empty when completed. */
  readonly assignees: readonly string[];
  /** The step goes on: whose task ends and who is asked beside the others; missing = everybody's changes. */
  readonly stays?: { readonly done: readonly string[]; readonly asked: readonly string[] };
  /** The points get their numbers with this change. */
  readonly registers?: true;
};
