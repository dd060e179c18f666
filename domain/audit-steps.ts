/**
 * Compares what the program works with (steps, meetings, register) with what the audit recorded when it was written:
 * a row changed behind the program's back differs from it. Whatever was erased from the audit proves nothing any more
 * and is passed over; its entry still counts.
 */
import { ACTOR_FIELD } from './audit.ts';
import { canonicalOrNull, parseJson } from './audit-body.ts';
import type { AuditFindingCode, Findings } from './audit-finding.ts';
import type { Collected, StepDetail } from './procedure-state.ts';

/** An audited act of a procedure; `fields` holds the opened values as JSON text, null = erased. */
export type AuditedAct = {
  readonly seq: number;
  /** Without its feature, e.g. `agreed`. */
  readonly action: string;
  readonly at: string;
  readonly fields: Readonly<Record<string, string | null>>;
};

export type StepEvidence = {
  readonly seq: number;
  readonly stepId: string;
  readonly action: string;
  readonly actorCode: string;
  readonly opinion: string | null;
  readonly version: number;
  readonly at: string;
  readonly detail: StepDetail;
  /** The recorded meeting; null when there is none. */
  readonly heldOn: string | null;
  readonly attendees: readonly string[] | null;
  readonly recordedBy: string | null;
  readonly result: string | null;
};

export type RegisterEvidence = {
  readonly ordinal: number;
  readonly version: number;
  readonly registerNumber: string;
  readonly personCode: string;
  readonly registeredAt: string;
  /** The point's answers, to be compared with those submitted. */
  readonly point: Readonly<Record<string, unknown>>;
};

export type ProcedureEvidence = {
  readonly procedureId: string;
  readonly acts: readonly AuditedAct[];
  readonly steps: readonly StepEvidence[];
  readonly register: readonly RegisterEvidence[];
  /** The points of each submitted version. */
  readonly points: ReadonlyMap<number, readonly Readonly<Record<string, unknown>>[]>;
  /** What the program shows beside the steps. */
  readonly collected: Pick<Collected, 'comments' | 'filed' | 'recused'>;
  /** Meetings no step refers to. */
  readonly looseMeetings: number;
};

/** What an act says of `field`; `absent` when it says nothing, undefined when that was erased. */
function said(act: AuditedAct, field: string, absent: unknown): unknown {
  if (!Object.hasOwn(act.fields, field)) return absent;
  const text = act.fields[field];
  return typeof text === 'string' ? parseJson(text) : undefined;
}

const same = (first: unknown, second: unknown): boolean =>
  canonicalOrNull(first) === canonicalOrNull(second);

/** Reports to `findings` every row of one procedure that differs from the audit. */
export function compareProcedure(evidence: ProcedureEvidence, findings: Findings): void {
  const subject = `procedure:${evidence.procedureId}`;
  compareSteps(evidence, (seq, code, field) =>
    findings.add({ place: 'step', subject, seq, code, ...(field === undefined ? {} : { field }) }),
  );
  if (!isCollected(evidence))
    findings.add({ place: 'step', subject, code: 'recordMismatch', seq: 0, field: 'collected' });
  compareRegister(evidence, (seq, code, field) =>
    findings.add({
      place: 'register',
      subject,
      seq,
      code,
      ...(field === undefined ? {} : { field }),
    }),
  );
  if (evidence.looseMeetings > 0) findings.add({ place: 'meeting', subject, code: 'surplus' });
}

/** Additions, receipts and recusals are shown from the form itself: they must be those that the steps tell of. */
function isCollected({ steps, collected }: ProcedureEvidence): boolean {
  const by = (...actions: readonly string[]) =>
    steps.filter(({ action }) => actions.includes(action));
  const refs = (action: string) => by(action).map(({ detail }) => detail.ref ?? null);
  const answers = new Map(by('accepted', 'explained').map((step) => [step.detail.ref, step]));
  const comments = by('commented').map(({ detail, actorCode, opinion, version }) => {
    const answer = answers.get(detail.ref);
    const reply = { answer: answer?.action ?? null, reply: answer?.opinion ?? null };
    return { id: detail.ref ?? null, by: actorCode, text: opinion, version, ...reply };
  });
  const { filed, recused } = collected;
  const told = { comments, filed: refs('filed'), recused: refs('recused') };
  return same(told, { comments: collected.comments, filed, recused });
}

type Report = (seq: number, code: AuditFindingCode, field?: string) => void;

/** One version is submitted, withdrawn and returned at most once; whatever else happens is told apart by its step. */
const oncePerVersion: ReadonlySet<string> = new Set(['submitted', 'withdrawn', 'returned']);

const keyOf = (action: string, version: unknown, step: unknown, ref: unknown): string =>
  JSON.stringify(oncePerVersion.has(action) ? [action, version] : [action, version, step, ref]);

function keyOfAct(act: AuditedAct): string | null {
  const parts = [said(act, 'version', 0), said(act, 'step', ''), said(act, 'ref', '')] as const;
  const [version, step, ref] = parts;
  const told = oncePerVersion.has(act.action) ? [version] : parts;
  return told.includes(undefined) ? null : keyOf(act.action, version, step, ref);
}

function compareSteps({ acts, steps }: ProcedureEvidence, report: Report): void {
  const open = new Map(acts.map((act) => [keyOfAct(act), act]));
  const erased = open.delete(null);
  // A step that nobody could take has no act of its own.
  for (const step of steps.filter(({ action }) => action !== 'skipped')) {
    const exact = keyOf(step.action, step.version, step.stepId, step.detail.ref ?? '');
    const key = open.has(exact) ? exact : onlyDecision(open, step);
    const act = open.get(key);
    open.delete(key);
    if (act !== undefined) compareStep(act, step, report);
    else if (!erased) report(step.seq, 'surplus');
  }
  for (const act of open.values()) report(act.seq, 'missing');
}

/** A decision is known by its version if it is the only one: then a changed step is a changed field. */
function onlyDecision(
  open: ReadonlyMap<string | null, AuditedAct>,
  { action, version }: StepEvidence,
): string | null {
  const [only, ...more] = [...open]
    .filter(([, act]) => act.action === action && said(act, 'version', 0) === version)
    .map(([key]) => key);
  return action === 'decided' && only !== undefined && more.length === 0 ? only : null;
}

function compareStep(act: AuditedAct, step: StepEvidence, report: Report): void {
  const actor = said(act, ACTOR_FIELD, step.actorCode);
  const met = step.recordedBy !== null;
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['actor', actor, step.actorCode],
    ['step', said(act, 'step', step.stepId), step.stepId],
    ['opinion', said(act, 'opinion', ''), step.opinion ?? ''],
    ['heldOn', said(act, 'heldOn', null), step.heldOn],
    ['attendees', said(act, 'attendees', null), step.attendees],
    ['recordedBy', met ? actor : null, step.recordedBy],
    ['result', met ? resultOf(act.action) : null, step.result],
    ...detailFields.map(
      (field) => [field, said(act, field, null), step.detail[field] ?? null] as const,
    ),
  ];
  for (const [field, audited, stored] of pairs)
    if (audited !== undefined && !same(audited, stored)) report(step.seq, 'recordMismatch', field);
  if (act.at !== step.at) report(step.seq, 'timeMismatch');
}

const detailFields = ['onBehalfOf', 'to', 'addressee', 'receivedOn', 'reference'] as const;

const results: Readonly<Record<string, string>> = { decided: 'passed', discussed: 'discussed' };
const resultOf = (action: string): string => results[action] ?? 'returned';

function compareRegister(evidence: ProcedureEvidence, report: Report): void {
  const numbered = ({ fields }: AuditedAct) => Object.hasOwn(fields, 'registerNumbers');
  const decided =
    evidence.acts.findLast(numbered) ??
    evidence.acts.findLast(({ action }) => action === 'decided');
  if (decided === undefined) {
    for (const row of evidence.register) report(row.ordinal, 'surplus');
    return;
  }
  const numbers = said(decided, 'registerNumbers', []);
  if (Array.isArray(numbers)) compareNumbers(numbers, evidence.register, report);
  for (const row of evidence.register) comparePoint(evidence, decided, row, report);
}

function compareNumbers(
  numbers: readonly unknown[],
  rows: readonly RegisterEvidence[],
  report: Report,
): void {
  for (const [index, number] of numbers.entries()) {
    const row = rows.find(({ ordinal }) => ordinal === index + 1);
    if (row === undefined) report(index + 1, 'missing');
    else if (row.registerNumber !== number) report(row.ordinal, 'recordMismatch', 'registerNumber');
  }
  for (const { ordinal } of rows)
    if (ordinal < 1 || ordinal > numbers.length) report(ordinal, 'surplus');
}

const isSubmission = ({ action }: AuditedAct): boolean =>
  action === 'submitted' || action === 'amended';

function comparePoint(
  { acts, points }: ProcedureEvidence,
  decided: AuditedAct,
  row: RegisterEvidence,
  report: Report,
): void {
  const version = said(decided, 'version', row.version);
  if (version !== undefined && version !== row.version)
    report(row.ordinal, 'recordMismatch', 'version');
  const submission = acts.find(
    (act) => isSubmission(act) && said(act, 'version', 0) === row.version,
  );
  const author = submission === undefined ? undefined : said(submission, ACTOR_FIELD, undefined);
  if (author !== undefined && author !== row.personCode)
    report(row.ordinal, 'recordMismatch', 'person');
  const submitted = points.get(row.version)?.[row.ordinal - 1];
  // A point that was never submitted is counted by the register numbers already.
  for (const [field, value] of Object.entries(submitted === undefined ? {} : row.point))
    if (!same(submitted?.[field], value)) report(row.ordinal, 'recordMismatch', field);
  if (decided.at !== row.registeredAt) report(row.ordinal, 'timeMismatch');
}
