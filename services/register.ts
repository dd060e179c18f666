/** The register (台账) as a person may see it. */
import type { Reader } from '../db/client.ts';
import { profilesOfCycles } from '../db/cycles.ts';
import { countRegister, type RegisterLine, registerPage } from '../db/risk-points.ts';
import { dayOf } from '../domain/calendar.ts';
import { authorityOf } from './authority.ts';
import { frozenProfile } from './frozen-profile.ts';

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
  readonly exportable: readonly string[];
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
  const exportable = authority.roles
    .filter(({ role }) => role === 'leading_group_office' || role === 'administrator')
    .map(({ scopeCode }) => scopeCode);
  return {
    lines: await nameLines(db, lines),
    total,
    page: index,
    pages,
    exportable: [...new Set(exportable)],
  };
}

/** Puts the words of each line's frozen profile beside its codes. */
export async function nameLines(
  db: Reader,
  lines: readonly RegisterLine[],
): Promise<readonly NamedLine[]> {
  const stored = await profilesOfCycles(db, [...new Set(lines.map(({ cycleId }) => cycleId))]);
  const profiles = new Map(stored.map(({ id, profile }) => [id, frozenProfile(profile)]));
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
