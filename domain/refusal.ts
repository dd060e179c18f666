/**
 * Why a command was not carried out. A code only: the sentence a user reads is in `cards/wording.ts`.
 * `detail` fills the sentence's blanks (a label, a name, a date); it never carries form answers.
 */
export type RefusalCode =
  | 'notFound'
  | 'notYours'
  | 'stale'
  | 'alreadyDecided'
  | 'wrongState'
  | 'opinionRequired'
  | 'fieldRequired'
  | 'fieldTooLong'
  | 'fieldInvalid'
  | 'fieldUnknown'
  | 'noRiskPoint'
  | 'tooManyRiskPoints'
  | 'ownForm'
  | 'noReviewer'
  | 'stageNotOpen'
  | 'stageClosed'
  | 'notCovered'
  | 'roleRequired'
  | 'unitUnknown'
  | 'profileUnknown'
  | 'cycleRunning'
  | 'meetingInFuture'
  | 'meetingBeforeSubmission'
  | 'attendeeUnknown'
  | 'onlyAuthorAttended'
  | 'cycleClosed'
  | 'nobodyCovered'
  | 'settingMissing'
  | 'settingInvalid'
  | 'settingUnknown'
  | 'settingsClash'
  | 'tooManyComments'
  | 'commentsOpen'
  | 'acceptedNotWritten'
  | 'attendeeRecused'
  | 'nobodyStandsIn'
  | 'mayNotTake'
  | 'deputyHandsOver'
  | 'ownDeputy'
  | 'deputyOfDeputy'
  | 'delegationOverlaps'
  | 'notDelegable'
  | 'nothingAgreed'
  | 'registerTooLarge';

export type Refusal = {
  readonly code: RefusalCode;
  readonly detail?: Readonly<Record<string, string>>;
  /** What else stands in the way, where everything is named at once. */
  readonly also?: readonly Refusal[];
};

export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal };

/** A success carrying `value`. */
export const accept = <T>(value: T): Result<T> => ({ ok: true, value });

/** A refusal with its code and the words that fill the sentence shown to the user. */
export const refuse = (
  code: RefusalCode,
  detail?: Readonly<Record<string, string>>,
): Result<never> => ({
  ok: false,
  refusal: detail === undefined ? { code } : { code, detail },
});

/** One refusal that names all of `refusals`; undefined when there is none. */
export function together(refusals: readonly Refusal[]): Refusal | undefined {
  const [first, ...also] = refusals.flatMap(apart);
  return first === undefined || also.length === 0 ? first : { ...first, also };
}

/** Every refusal that a combined one names, each by itself. */
export const apart = ({ also = [], ...refusal }: Refusal): readonly Refusal[] => [
  refusal,
  ...also.flatMap(apart),
];
