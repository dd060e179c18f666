/** The register as a table of words, for files. */

import { dayOf } from '../domain/calendar.ts';
import type { Level } from '../domain/profile-forms.ts';
import { dateText, existenceTextOf, fieldLabels, levelTexts } from './wording.ts';

export type RegisterTableLine = {
  readonly registerNumber: string;
  readonly level: Level;
  /** The section's name; for a team's point the unit's. */
  readonly departmentName: string;
  readonly postNames: string;
  readonly personName: string;
  readonly riskTypeName: string;
  readonly existence: 'present' | 'potential';
  readonly content: string;
  readonly manifestationTexts: readonly string[];
  readonly manifestation: string;
  readonly measures: string;
  readonly registeredAt: Date;
};

/** Header and rows, one line per point (CTRL-29). */
export function registerTable(
  lines: readonly RegisterTableLine[],
  zone: string,
): readonly (readonly string[])[] {
  const header = [
    '登记编号',
    '层级',
    '部门',
    '岗位',
    '填报人',
    fieldLabels.riskType,
    fieldLabels.existence,
    fieldLabels.content,
    fieldLabels.manifestationPicks,
    fieldLabels.manifestation,
    fieldLabels.measures,
    '登记日期',
  ];
  const rows = lines.map((line) => [
    line.registerNumber,
    levelTexts[line.level],
    line.departmentName,
    line.postNames,
    line.personName,
    line.riskTypeName,
    existenceTextOf(line.existence),
    line.content,
    line.manifestationTexts.join('；'),
    line.manifestation,
    line.measures,
    dateText(dayOf(line.registeredAt, zone)),
  ]);
  return [header, ...rows];
}
