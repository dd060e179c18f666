/** Who owes which form of a profile on a day, and who writes it (ORG-25). */
import type { Reader } from '../db/client.ts';
import { formKey } from '../db/covered.ts';
import {
  departmentsBelow,
  peopleOfUnit,
  type SectionRow,
  standingsOfUnit,
  type UnitMember,
} from '../db/organisation.ts';
import { unitNames } from '../db/units.ts';
import type { Day } from '../domain/calendar.ts';
import {
  coversDepartment,
  coversPerson,
  type PersonStanding,
  writerFor,
} from '../domain/coverage.ts';
import type { ProfileForm, WrittenProfile } from '../domain/profile.ts';
import type { DepartmentForm, PersonForm } from '../domain/profile-forms.ts';
import { type Role, roles } from '../domain/profile-terms.ts';
import { type Facts, factsOfPlaces, placeKey } from './procedure-facts.ts';

export type OwedForm = {
  readonly form: ProfileForm;
  /** The person, the section or the unit it speaks of. */
  readonly objectCode: string;
  readonly objectName: string;
  readonly writer: string;
  readonly writerName: string;
  /** Empty for a section's or a team's form. */
  readonly postNames: string;
  /** Null for a team's form. */
  readonly departmentCode: string | null;
  /** Empty for a team's form. */
  readonly departmentName: string;
};

/** A form that is owed and that nobody can write: no role of `filledBy` has a holder. */
export type Unstaffed = {
  readonly form: ProfileForm;
  readonly objectCode: string;
  readonly objectName: string;
};

export type Owed = {
  readonly forms: readonly OwedForm[];
  readonly unstaffed: readonly Unstaffed[];
};

export const keyOfOwed = ({ form, objectCode }: OwedForm | Unstaffed): string =>
  formKey(form.code, objectCode);

/** Who writes `forms`, each once. */
export const writersOf = (forms: readonly OwedForm[]): readonly OwedForm[] => [
  ...new Map(forms.map((owed) => [owed.writer, owed])).values(),
];

type Organisation = {
  readonly unitCode: string;
  readonly unitName: string;
  readonly people: readonly UnitMember[];
  readonly standings: ReadonlyMap<string, PersonStanding>;
  readonly sections: readonly SectionRow[];
  readonly facts: ReadonlyMap<string, Facts>;
};

/** What `profile` asks of `unitCode` and all below it on `day`. */
export async function owedForms(
  db: Reader,
  profile: Pick<WrittenProfile, 'forms'>,
  unitCode: string,
  day: Day,
): Promise<Owed> {
  const organisation = await readOrganisation(db, profile.forms, unitCode, day);
  const parts = profile.forms.map((form): Owed => {
    if (form.level === 'person') return ofPeople(form, organisation);
    return form.level === 'department'
      ? ofSections(form, organisation)
      : ofTeam(form, organisation);
  });
  return {
    forms: parts.flatMap(({ forms }) => forms),
    unstaffed: parts.flatMap(({ unstaffed }) => unstaffed),
  };
}

/** Only what the forms ask for is read. */
async function readOrganisation(
  db: Reader,
  forms: readonly ProfileForm[],
  unitCode: string,
  day: Day,
): Promise<Organisation> {
  const at = (level: ProfileForm['level']) => forms.some((form) => form.level === level);
  const byRule = forms.some((form) => form.level === 'person' && form.covers !== 'everyone');
  const sections = at('department') ? await departmentsBelow(db, unitCode, day) : [];
  const places = [
    ...sections.map(({ code }) => ({ departmentCode: code, unitCode })),
    ...(at('team') ? [{ departmentCode: null, unitCode }] : []),
  ];
  const [unit] = await unitNames(db, [unitCode]);
  return {
    unitCode,
    unitName: unit?.name ?? unitCode,
    people: at('person') ? await peopleOfUnit(db, unitCode, day) : [],
    standings: byRule ? await standings(db, unitCode, day) : new Map(),
    sections,
    facts: places.length === 0 ? new Map() : await factsOfPlaces(db, places, day),
  };
}

async function standings(
  db: Reader,
  unitCode: string,
  day: Day,
): Promise<ReadonlyMap<string, PersonStanding>> {
  const rows = await standingsOfUnit(db, unitCode, day);
  return new Map(
    rows.map((row) => [row.personCode, { posts: row.posts, roles: knownRoles(row.roles) }]),
  );
}

const knownRoles = (codes: readonly string[]): readonly Role[] =>
  roles.filter((role) => codes.includes(role));

function ofPeople(form: PersonForm, { people, standings: known }: Organisation): Owed {
  const covered = people.filter(({ personCode }) =>
    coversPerson(form.covers, known.get(personCode) ?? { posts: [], roles: [] }),
  );
  const forms = covered.map((member) => ({
    form,
    objectCode: member.personCode,
    objectName: member.name,
    writer: member.personCode,
    writerName: member.name,
    postNames: member.postNames,
    departmentCode: member.departmentCode,
    departmentName: member.departmentName,
  }));
  return { forms, unstaffed: [] };
}

function ofSections(form: DepartmentForm, organisation: Organisation): Owed {
  const { sections, facts, unitCode } = organisation;
  const covered = sections.filter(({ nature, rolesHeld }) =>
    coversDepartment(form.covers, { nature, rolesHeld: knownRoles(rolesHeld) }),
  );
  const parts = covered.map(({ code, name }) => {
    const place = { departmentCode: code, unitCode };
    return writtenBy(form, { code, name, departmentCode: code }, facts.get(placeKey(place)));
  });
  return {
    forms: parts.flatMap((one) => one.forms),
    unstaffed: parts.flatMap((one) => one.unstaffed),
  };
}

function ofTeam(form: SharedForm, { unitCode, unitName, facts }: Organisation): Owed {
  const known = facts.get(placeKey({ departmentCode: null, unitCode }));
  return writtenBy(form, { code: unitCode, name: unitName, departmentCode: null }, known);
}

type SharedForm = Exclude<ProfileForm, { level: 'person' }>;

function writtenBy(
  form: SharedForm,
  object: { readonly code: string; readonly name: string; readonly departmentCode: string | null },
  facts: Facts | undefined,
): Owed {
  const writer = writerFor(form.filledBy, facts?.holders ?? {});
  const objectCode = object.code;
  if (writer === undefined) {
    return { forms: [], unstaffed: [{ form, objectCode, objectName: object.name }] };
  }
  const writerName = facts?.names.get(writer) ?? writer;
  const { departmentCode, name: objectName } = object;
  const departmentName = departmentCode === null ? '' : objectName;
  const written = { objectCode, objectName, writer, writerName, departmentCode, departmentName };
  return { forms: [{ form, ...written, postNames: '' }], unstaffed: [] };
}
