/** The register (台账) as a person may see it. */
import type { Reader } from '../db/client.ts';
import { countRegister, type RegisterLine, registerPage } from '../db/risk-points.ts';
import { unitNames } from '../db/units.ts';
import { dayOf } from '../domain/calendar.ts';
import { type Result, refuse } from '../domain/refusal.ts';
import { type Authority, authorityOf } from './authority.ts';
import type { Context } from './context.ts';
import { profilesOf } from './frozen-profile.ts';
import { attempt, type Change, required } from './mutate.ts';

/** A line with the words its cycle's profile has for its codes. */
export type NamedLine = RegisterLine & {
  readonly riskTypeName: string;
  readonly manifestationTexts: readonly string[];
};

export type RegisterView = {
  readonly lines: readonly NamedLine[];
  readonly total: number;
  /** From 0. */
  readonly page: number;
  readonly pages: number;
  /** Units whose whole register the person may take away as a file. */
  readonly exportable: readonly { readonly code: string; readonly name: string }[];
};

/** One page of the register, newest number first; a page past the end shows the last one. */
export async function viewRegister(
  db: Reader,
  personCode: string,
  page: { readonly size: number; readonly index: number },
  at: { readonly now: Date; readonly zone: string },
): Promise<RegisterView> {
  const authority = await authorityOf(db, personCode, dayOf(at.now, at.zone));
  const scope = { units: authority.units, departments: authority.departments, person: personCode };
  const total = await countRegister(db, scope);
  const pages = Math.max(1, Math.ceil(total / page.size));
  const index = Math.min(Math.max(0, page.index), pages - 1);
  const lines = await registerPage(db, scope, { size: page.size, offset: index * page.size });
  return {
    lines: await nameLines(db, lines),
    total,
    page: index,
    pages,
    exportable: await unitNames(db, exportableBy(authority)),
  };
}

/** Units whose whole register may be taken away as a file. */
const exportableBy = ({ roles }: Authority): readonly string[] => [
  ...new Set(
    roles
      .filter(({ role }) => role === 'leading_group_office' || role === 'administrator')
      .map(({ scopeCode }) => scopeCode),
  ),
];

/** A file is made whole in the memory of the process that sends everybody's messages: about 17 KB a line. */
export const MOST_LINES = 20_000;

/** Sends the person who asks the register of `unitCode` as a file; `key` names the request. */
export async function requestRegisterFile(
  ctx: Context,
  request: { readonly unitCode: string; readonly key: string },
): Promise<Result<null>> {
  const { unitCode, key } = request;
  return attempt(ctx, async (trx) => {
    const person = ctx.actor.code;
    const authority = await authorityOf(trx, person, dayOf(ctx.now, ctx.zone));
    if (!exportableBy(authority).includes(unitCode)) {
      return required<Change<null>>(refuse('roleRequired', { role: 'leading_group_office' }));
    }
    const count = await countRegister(trx, { units: [unitCode], departments: [], person: '' });
    if (count > MOST_LINES) {
      const detail = { count: String(count), limit: String(MOST_LINES) };
      return required<Change<null>>(refuse('registerTooLarge', detail));
    }
    const content = { kind: 'registerFile' as const, unitCode };
    return {
      value: null,
      messages: [{ key: `register-${key}`, to: { person }, content }],
      audit: [
        { subject: `register:${unitCode}`, action: 'register.exported', fields: { to: person } },
      ],
    };
  });
}

/** Puts the words of each line's frozen profile beside its codes. */
export async function nameLines(
  db: Reader,
  lines: readonly RegisterLine[],
): Promise<readonly NamedLine[]> {
  const profiles = await profilesOf(
    db,
    lines.map(({ cycleId }) => cycleId),
  );
  return lines.map((line) => {
    const types = profiles.get(line.cycleId)?.riskTypes ?? [];
    const texts = new Map(
      types.flatMap(({ manifestations }) => manifestations.map((each) => [each.code, each.text])),
    );
    return {
      ...line,
      riskTypeName: types.find(({ code }) => code === line.riskType)?.name ?? line.riskType,
      manifestationTexts: line.manifestationPicks.map((pick) => texts.get(pick) ?? pick),
    };
  });
}
