/** 台账 in the chat: a page of the register. */

import type { Level } from '../domain/profile-forms.ts';
import { registerExport, registerPage } from './actions.ts';
import { pager } from './lists.ts';
import type { Card, ListItem } from './model.ts';
import { existenceTextOf, levelTexts, shorten } from './wording.ts';

export type RegisterCardLine = {
  readonly registerNumber: string;
  readonly level: Level;
  readonly personName: string;
  readonly departmentName: string;
  readonly riskTypeName: string;
  readonly existence: 'present' | 'potential';
  readonly content: string;
};

/** A page of the register; `exportable` units get a button that sends the whole register as a file. */
export function registerCard(view: {
  readonly lines: readonly RegisterCardLine[];
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly exportable: readonly { readonly code: string; readonly name: string }[];
}): Card {
  const items = view.lines.map(
    (line): ListItem => ({
      title: line.registerNumber,
      detail: `${levelTexts[line.level]} · ${line.departmentName} · ${line.personName} · ${line.riskTypeName}（${existenceTextOf(line.existence)}）\n${shorten(line.content, 60)}`,
    }),
  );
  const exports = view.total === 0 ? [] : view.exportable;
  return {
    title: '廉政风险点台账',
    tone: 'neutral',
    summary: `台账共${view.total}条`,
    blocks: [
      {
        kind: 'text',
        text:
          view.total === 0
            ? '台账中还没有您可以查看的风险点。'
            : `共${view.total}条，按登记编号从新到旧排列。`,
      },
      ...(items.length === 0 ? [] : [{ kind: 'list' as const, items }]),
      ...pager(view.page, view.pages, (n) => registerPage({ n })),
      ...(exports.length === 0
        ? []
        : [
            {
              kind: 'buttons' as const,
              buttons: exports.map(({ code, name }) => ({
                text: exports.length === 1 ? '导出表格' : `导出表格（${name}）`,
                style: 'default' as const,
                action: registerExport({ unit: code }),
              })),
            },
          ]),
    ],
  };
}
