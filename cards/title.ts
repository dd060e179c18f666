/** What a form is called: for its writer, and for others, who need to be told whose it is. */
import { formName, namesItsObject, type ProfileForm } from '../domain/profile-forms.ts';

export type Titled = {
  readonly form: Pick<ProfileForm, 'name' | 'level'>;
  readonly subjectName: string;
  /** The section's name; for a team's form the unit's. */
  readonly departmentName: string;
  readonly unitName: string;
};

/** The form's name with its tokens filled in; a shared form without a token is called by its object, too. */
export const ownTitle = (of: Titled): string =>
  of.form.level === 'person' ? nameOf(of) : sharedTitle(of);

/** `丁若溪的个人廉政风险自查表`. */
export const othersTitle = (of: Titled): string =>
  of.form.level === 'person' ? `${of.subjectName}的${nameOf(of)}` : sharedTitle(of);

/** The form as such, of whomever it speaks. */
export const genericTitle = ({ name }: Pick<ProfileForm, 'name'>): string =>
  formName({ name }, { department: '部门', unit: '单位' });

const nameOf = ({ form, departmentName, unitName }: Titled): string =>
  formName(form, { department: departmentName, unit: unitName });

const sharedTitle = (of: Titled): string =>
  namesItsObject(of.form) ? nameOf(of) : `${of.departmentName}的${nameOf(of)}`;
