/** Everyone concerned has exactly one live card per matter, it shows the state of now, and no other card acts. */
import type { Evidence, FormRow } from './evidence.ts';
import { type Checked, type Violation, violation } from './finding.ts';
import type { PlatformRecord, ShownCard } from './platform-record.ts';

/** What somebody's card about a form has to offer. */
type Wanted = {
  readonly person: string;
  readonly form: FormRow;
  /** One of these sets of actions; empty = nothing that acts. */
  readonly offers: readonly (readonly string[])[];
};

const toFill = [['selfCheck.open'], ['selfCheck.submit', 'selfCheck.saveDraft']];
const toReview = [['review.agree', 'review.return']];
const toWithdraw = [['selfCheck.withdraw']];

const matterOf = (person: string, form: string): string => `${person} procedure:${form}`;

export function checkCards(evidence: Evidence, record: PlatformRecord): Checked {
  const wanted = new Map(wantedCards(evidence).map((each) => [keyOf(each), each]));
  const persons = new Map(evidence.accounts.map(({ openId, person }) => [openId, person]));
  const personOf = (card: ShownCard): string => persons.get(card.openId) ?? card.openId;
  const acting = Map.groupBy(
    record.cards.flatMap((card) =>
      [...new Set(card.acting.map(({ form }) => form))].map((form) => ({
        card,
        matter: matterOf(personOf(card), form),
      })),
    ),
    ({ matter }) => matter,
  );
  const shown = new Map(record.cards.map((card) => [card.messageId, card]));
  const live = new Map(
    evidence.liveCards.map(({ person, subject, message }) => [`${person} ${subject}`, message]),
  );
  const strays = [...acting.keys()]
    .filter((matter) => !wanted.has(matter))
    .map((matter) => violation('card', `${matter}: a card acts and nothing is to be done`));
  const found = [...wanted.entries()].flatMap(([matter, want]) => {
    const message = live.get(matter);
    const card = message === undefined ? undefined : shown.get(message);
    if (card === undefined || persons.get(card.openId) !== want.person) {
      return [violation('card', `${matter}: there is no live card`)];
    }
    const others = (acting.get(matter) ?? []).filter((each) => each.card !== card);
    return [
      ...others.map((each) =>
        violation('card', `${matter}: ${each.card.messageId} acts beside the live card`),
      ),
      ...checkShown(matter, want, card),
    ];
  });
  return {
    looked: wanted.size,
    violations: [...strays, ...found, ...checkFollowers(evidence, shown, wanted)],
  };
}

const keyOf = ({ person, form }: Wanted): string => matterOf(person, form.id);

/** Whoever has an open task and every author, with what their card has to offer. */
function wantedCards({ forms, tasks }: Evidence): readonly Wanted[] {
  const open = Map.groupBy(
    tasks.filter(({ state }) => state === 'open'),
    ({ form }) => form,
  );
  const begun = new Set(tasks.map(({ form }) => form));
  return forms.flatMap((form) => {
    // Nobody has heard yet of a form whose stage has not opened, or was cancelled before it did.
    if (!begun.has(form.id) && form.status !== 'open') return [];
    const assigned = (open.get(form.id) ?? []).map(({ person }) => person);
    const offers = form.stepIndex === 0 ? toFill : toReview;
    const asked = assigned.map((person): Wanted => ({ person, form, offers }));
    if (assigned.includes(form.subject)) return asked;
    const mayWithdraw = form.status === 'open' && form.stepIndex > 0 && form.signatures === 0;
    return [...asked, { person: form.subject, form, offers: mayWithdraw ? toWithdraw : [] }];
  });
}

function checkShown(matter: string, want: Wanted, card: ShownCard): readonly Violation[] {
  const { form, offers } = want;
  const own = card.acting.filter((button) => button.form === form.id);
  const actions = new Set(own.map(({ action }) => action));
  const old = own.find(({ revision }) => revision !== form.revision);
  if (old !== undefined) {
    const detail = `${matter}: the live card shows revision ${old.revision}, the form has ${form.revision}`;
    return [violation('card', detail)];
  }
  const isOffered =
    offers.length === 0
      ? actions.size === 0
      : offers.some((set) => set.every((action) => actions.has(action)));
  if (!isOffered) {
    const detail = `${matter}: the live card offers ${[...actions].join() || 'nothing'}, tagged ${card.tag}`;
    return [violation('card', detail)];
  }
  const tag = offers.length > 0 && form.stepIndex === 0 ? card.tag : tagOf(want);
  return card.tag === tag
    ? []
    : [violation('card', `${matter}: the live card is tagged ${card.tag}, not ${tag}`)];
}

/** The tag of a card that asks for a review or only tells how things are. */
function tagOf({ person, form }: Wanted): string {
  if (form.status === 'completed') return '已登记';
  if (form.status === 'cancelled') return '已终止';
  if (person === form.subject) return '审核中';
  return form.step === 'groupDecision' ? '待审定' : '待签署';
}

/** Those who have nothing more to do keep a card that tells how the form stands; whoever acted has one. */
function checkFollowers(
  { forms, liveCards, steps }: Evidence,
  shown: ReadonlyMap<string, ShownCard>,
  wanted: ReadonlyMap<string, Wanted>,
): readonly Violation[] {
  const held = new Set(liveCards.map(({ person, subject }) => `${person} ${subject}`));
  const acted = new Set(
    steps
      .filter(({ action }) => action !== 'skipped')
      .map((step) => matterOf(step.actor, step.form)),
  );
  const missing = [...acted]
    .filter((matter) => !held.has(matter))
    .map((matter) => violation('card', `${matter}: somebody who acted has no card`));
  return [...missing, ...checkTags(forms, liveCards, shown, wanted)];
}

function checkTags(
  forms: Evidence['forms'],
  liveCards: Evidence['liveCards'],
  shown: ReadonlyMap<string, ShownCard>,
  wanted: ReadonlyMap<string, Wanted>,
): readonly Violation[] {
  const byId = new Map(forms.map((form) => [`procedure:${form.id}`, form]));
  return liveCards.flatMap(({ person, subject, message }) => {
    const form = byId.get(subject);
    if (form === undefined || wanted.has(`${person} ${subject}`)) return [];
    const tag = shown.get(message)?.tag;
    const fitting = followerTags(form);
    return tag !== undefined && fitting.includes(tag)
      ? []
      : [
          violation(
            'card',
            `${person} ${subject}: tagged ${tag ?? 'nothing'}, not ${fitting.join(' or ')}`,
          ),
        ];
  });
}

function followerTags({ status, stepIndex }: FormRow): readonly string[] {
  // Superiors are shown what is late, and those whom it no longer concerns that nothing is to be done.
  const always = ['无需办理', '已逾期'];
  if (status === 'completed') return [...always, '已登记'];
  if (status === 'cancelled') return [...always, '已终止'];
  return [...always, ...(stepIndex === 0 ? ['填写中', '已退回'] : ['审核中'])];
}
