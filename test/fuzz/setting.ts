/** Fills a fresh database with the world: forms in every state, so that there is something to attack. */
import { sql } from 'kysely';
import type { Reader } from '../../db/client.ts';
import { dayOf } from '../../domain/calendar.ts';
import type { Result } from '../../domain/refusal.ts';
import type { RiskPointAnswer } from '../../domain/self-check.ts';
import type { Context } from '../../services/context.ts';
import { launchCycle } from '../../services/cycle.ts';
import { importOrganisation } from '../../services/organisation-import.ts';
import { loadProfiles } from '../../services/profile.ts';
import { reviewForm } from '../../services/review.ts';
import { saveDraft, submitForm } from '../../services/self-check.ts';
import { ACTIVE_TEXTS, canaryOf } from './texts.ts';
import { type Member, organisationTexts, reviewersAt, type Unit, type World } from './world.ts';

const ZONE = 'Asia/Shanghai';
const STEPS = ['headOpinion', 'leaderOpinion', 'groupDecision'];

/** A form as the attackers know it. */
export type Form = {
  readonly id: string;
  readonly author: string;
  readonly revision: number;
  /** `fill`, the id of a reviewing step, or `done`. */
  readonly step: string;
  readonly signed: readonly string[];
};

/** Imports the organisation, launches two of its units and brings their forms into different states. */
export async function prepare(db: Reader, world: World): Promise<void> {
  const now = new Date();
  const begin = lastFormStage(now);
  const as = (kind: Context['actor']['kind'], code: string, at = now): Context => ({
    db,
    now: at,
    zone: ZONE,
    actor: { kind, code },
  });
  const imported = await importOrganisation(
    as('administrator', 'fuzz', begin),
    organisationTexts(world),
    {
      lark_open_id: 'lark',
      wecom_userid: 'wecom',
    },
  );
  if (!imported.ok) throw new Error(JSON.stringify(imported.errors.slice(0, 5)));
  const [loaded] = await loadProfiles('test/fixtures/profiles');
  if (loaded === undefined) throw new Error('no profile');
  for (const unit of [world.attacked, world.untouched]) {
    const ctx = as('administrator', 'fuzz', begin);
    must(await launchCycle(ctx, { loaded, unitCode: unit.code }));
    for (const [index, author] of unit.members.entries()) {
      await advance((person) => as('person', person), unit, author, index % 6);
    }
  }
}

/** The first morning of the newest form stage of the shipped profile; its year has not ended for the product. */
function lastFormStage(now: Date): Date {
  const of = (year: number) => new Date(`${year}-09-21T09:00:00+08:00`);
  const thisYear = of(now.getUTCFullYear());
  return thisYear < now ? thisYear : of(now.getUTCFullYear() - 1);
}

/** 0 = nothing written, 1 = a draft, 2 = submitted, 3 and 4 = signed, 5 = registered. */
async function advance(
  as: (person: string) => Context,
  unit: Unit,
  author: Member,
  far: number,
): Promise<void> {
  const { db, now } = as(author.code);
  const ref = () => refOf(db, author.code);
  if (far === 1) must(await saveDraft(as(author.code), await ref(), pointOf(author.code)));
  if (far < 2) return;
  must(await submitForm(as(author.code), await ref(), pointOf(author.code)));
  const signed: string[] = [];
  for (const stepId of STEPS.slice(0, far - 2)) {
    const [by] = reviewersAt(unit, author, stepId, signed);
    if (by === undefined || (await stepOf(db, author.code)) !== stepId) continue;
    const meeting =
      stepId === 'groupDecision'
        ? {
            meeting: {
              heldOn: dayOf(now, ZONE),
              attendees: unit.group.filter((each) => each !== author.code),
            },
          }
        : {};
    const opinion = `${canaryOf(by)}同意`;
    must(await reviewForm(as(by), { ...(await ref()), verdict: 'agree', opinion, ...meeting }));
    signed.push(by);
  }
}

/** The present day in the business zone. */
export const today = (): string => dayOf(new Date(), ZONE);

function pointOf(author: string): RiskPointAnswer {
  const mark = canaryOf(author);
  const text = (index: number) => `${mark}${(ACTIVE_TEXTS[index] ?? '').trim()}`;
  return {
    riskType: 'postDuty',
    content: text(0),
    manifestationPicks: ['dereliction'],
    manifestation: text(8),
    existence: 'potential',
    measures: text(12),
  };
}

async function refOf(db: Reader, author: string) {
  const form = (await readForms(db)).get(author);
  if (form === undefined) throw new Error(`${author} owes no form`);
  return { procedureId: form.id, revision: form.revision };
}

const stepOf = async (db: Reader, author: string): Promise<string> =>
  (await readForms(db)).get(author)?.step ?? 'done';

/** All forms as they stand, by author. */
export async function readForms(db: Reader): Promise<ReadonlyMap<string, Form>> {
  const { rows } = await sql<Form & { readonly signers: readonly { readonly person: string }[] }>`
    select id, subject_person as author, revision, signed as signers,
      case status when 'open' then (array['fill', 'headOpinion', 'leaderOpinion', 'groupDecision'])[step_index + 1]
        else 'done' end as step
    from procedure`.execute(db);
  return new Map(
    rows.map(({ id, author, revision, step, signers }) => [
      author,
      { id, author, revision, step, signed: signers.map(({ person }) => person) },
    ]),
  );
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}
