/**
 * Every click that was answered with success has exactly one effect and one audit entry, and nothing has an effect
 * that nobody clicked. A change raises the form's revision by one and every click names the revision it saw, so the
 * n-th audited change of a form belongs to exactly one click.
 */
import type { Delivery } from './door.ts';
import type { AuditRow, Evidence, FormRow } from './evidence.ts';
import { type Checked, type Violation, violation } from './finding.ts';
import type { PlatformRecord } from './platform-record.ts';

type Outcome = 'accepted' | 'kept' | 'refused' | 'unknown';

type Click = {
  readonly eventId: string;
  readonly actor: string;
  readonly action: string;
  readonly form: string;
  readonly revision: number;
  readonly outcome: Outcome;
};

/** What a click leaves in the audit when it succeeds. */
const effects: Readonly<Record<string, readonly string[]>> = {
  'selfCheck.saveDraft': ['selfCheck.draftSaved'],
  'selfCheck.addPoint': ['selfCheck.pointAdded'],
  'selfCheck.editPoint': ['selfCheck.pointReopened'],
  'selfCheck.dropPoint': ['selfCheck.pointRemoved'],
  'selfCheck.submit': ['selfCheck.submitted'],
  'selfCheck.withdraw': ['selfCheck.withdrawn'],
  'review.agree': ['selfCheck.agreed', 'selfCheck.decided'],
  'review.return': ['selfCheck.returned'],
};
const DRAFT = 'selfCheck.draftSaved';
/** Changes the program makes by itself or for an administrator. */
const unclicked = new Set(['selfCheck.cancelled']);
const changes = new Set([...Object.values(effects).flat(), ...unclicked]);
/** Clicks that carry what was typed: refused, it may have been kept as a draft. */
const writing = new Set([
  'selfCheck.saveDraft',
  'selfCheck.addPoint',
  'selfCheck.submit',
  'selfCheck.editPoint',
]);

/** How a delivery was answered, all its repetitions taken together. */
function outcomeOf({ answers }: Pick<Delivery, 'answers'>): Outcome {
  const heard = answers.filter(({ status }) => status === 200);
  if (heard.some(({ tone }) => tone === 'success')) return 'accepted';
  const certain = heard.filter(
    ({ tone, text }) => tone !== null && tone !== 'info' && !text.startsWith('系统繁忙'),
  );
  if (certain.length === 0) return 'unknown';
  return certain.some(({ text }) => text.includes('已存为草稿')) ? 'kept' : 'refused';
}

export function checkClicks(evidence: Evidence, record: PlatformRecord): Checked {
  const clicks = clicksOf(evidence, record);
  const byForm = Map.groupBy(clicks, ({ form }) => form);
  const entries = Map.groupBy(
    evidence.audit.filter(({ action }) => changes.has(action)),
    ({ subject }) => subject,
  );
  const known = new Set(evidence.forms.map(({ id }) => id));
  const strayed = clicks
    .filter(({ form, outcome }) => outcome === 'accepted' && !known.has(form))
    .map(({ eventId }) => violation('click', `${eventId} succeeded on a form that does not exist`));
  return {
    looked: clicks.length,
    violations: [
      ...strayed,
      ...answeredAlike(record),
      ...evidence.forms.flatMap((form) =>
        checkForm(form, entries.get(`procedure:${form.id}`) ?? [], byForm.get(form.id) ?? []),
      ),
    ],
  };
}

function clicksOf(evidence: Evidence, { deliveries }: PlatformRecord): readonly Click[] {
  const persons = new Map(evidence.accounts.map(({ openId, person }) => [openId, person]));
  return deliveries.flatMap((delivery): Click[] => {
    const { action } = delivery;
    if (action === null || !Object.hasOwn(effects, action.id)) return [];
    return [
      {
        eventId: delivery.eventId,
        actor: persons.get(delivery.openId) ?? delivery.openId,
        action: action.id,
        form: String(action.payload['id']),
        revision: Number(action.payload['r']),
        outcome: outcomeOf(delivery),
      },
    ];
  });
}

/** A repeated delivery is answered as the first time; only "please wait" and "try again" may differ. */
function answeredAlike({ deliveries }: PlatformRecord): readonly Violation[] {
  return deliveries.flatMap(({ eventId, action, answers }) => {
    if (action === null) return [];
    const final = answers.filter(
      ({ status, tone, text }) =>
        status === 200 && tone !== null && tone !== 'info' && !text.startsWith('系统繁忙'),
    );
    const texts = new Set(final.map(({ tone, text }) => `${tone} ${text}`));
    return texts.size > 1
      ? [violation('answers', `${eventId} was answered differently: ${[...texts].join(' / ')}`)]
      : [];
  });
}

function checkForm(
  form: FormRow,
  entries: readonly AuditRow[],
  clicks: readonly Click[],
): readonly Violation[] {
  const first = form.revision - entries.length;
  // A form begins with revision 1; one that waited for its stage has 2 when it opens.
  if (first !== 1 && first !== 2) {
    const detail = `form ${form.id} has revision ${form.revision} but ${entries.length} audited changes`;
    return [violation('audit', detail)];
  }
  const entryAt = new Map(entries.map((entry, index) => [first + index, entry]));
  return [...unheeded(entryAt, clicks), ...unexplained(entryAt, clicks)];
}

const fits = (click: Click, entry: AuditRow | undefined): boolean =>
  entry !== undefined &&
  entry.actor === click.actor &&
  (effects[click.action] ?? []).includes(entry.action);

/** Accepted clicks whose effect is missing or is shared with another accepted click. */
function unheeded(
  entryAt: ReadonlyMap<number, AuditRow>,
  clicks: readonly Click[],
): readonly Violation[] {
  const taken = new Map<number, string>();
  return clicks.flatMap((click) => {
    const { eventId, action, form, revision, outcome } = click;
    if (outcome !== 'accepted') return [];
    const what = `${action} ${eventId} on ${form} at revision ${revision}`;
    if (!fits(click, entryAt.get(revision))) {
      return [violation('click', `${what} succeeded, but left no effect`)];
    }
    const other = taken.get(revision);
    taken.set(revision, eventId);
    return other === undefined ? [] : [violation('click', `${what} and ${other} share one effect`)];
  });
}

/** Changes that no click accounts for. */
function unexplained(
  entryAt: ReadonlyMap<number, AuditRow>,
  clicks: readonly Click[],
): readonly Violation[] {
  const found: Violation[] = [];
  const drafts: AuditRow[] = [];
  for (const [revision, entry] of entryAt) {
    if (unclicked.has(entry.action)) continue;
    const here = clicks.filter((click) => click.revision === revision && fits(click, entry));
    if (here.some(({ outcome }) => outcome === 'accepted' || outcome === 'unknown')) continue;
    if (entry.action === DRAFT) drafts.push(entry);
    else {
      const why = here.length > 0 ? 'by a click that was refused' : 'that nobody clicked';
      found.push(
        violation(
          'effect',
          `${entry.action} by ${entry.actor} in ${entry.subject} #${entry.seq} ${why}`,
        ),
      );
    }
  }
  return [...found, ...unexplainedDrafts(drafts, clicks)];
}

/** Typed words are kept as a draft by some refusals, at whatever revision the form has by then. */
function unexplainedDrafts(
  drafts: readonly AuditRow[],
  clicks: readonly Click[],
): readonly Violation[] {
  const actors = new Set([...drafts, ...clicks].map(({ actor }) => actor));
  return [...actors].flatMap((actor) => {
    const own = clicks.filter((click) => click.actor === actor && writing.has(click.action));
    const saved = drafts.filter((entry) => entry.actor === actor).length;
    const promised = own.filter(({ outcome }) => outcome === 'kept').length;
    const possible = own.filter(({ outcome }) => outcome !== 'accepted').length;
    if (saved >= promised && saved <= possible) return [];
    const form = own[0]?.form ?? drafts[0]?.subject ?? '';
    const detail = `${actor} on ${form}: ${saved} drafts saved, ${promised} promised, ${possible} possible`;
    return [violation('draft', detail)];
  });
}
