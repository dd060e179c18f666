/** A rehearsal as blocks of the launch card and as lines of the command line. */
import type { Block } from './model.ts';
import { type RehearsalView, rehearsalSections } from './rehearsal-sections.ts';
import { dateText, refusalText } from './wording.ts';

/** One sentence for each thing that stands in the way. */
export const blockerTexts = ({ blockers }: Pick<RehearsalView, 'blockers'>): readonly string[] => [
  ...new Set(blockers.map(refusalText)),
];

/** A list of names this long still fits on a card; the command line shows the whole. */
const LONGEST_NAMES = 600;

/** The blocks of the launch card; names stand behind a fold. */
export function rehearsalBlocks(view: RehearsalView, zone: string): readonly Block[] {
  const blockers = blockerTexts(view);
  const verdict: readonly Block[] =
    blockers.length === 0
      ? [{ kind: 'notice', tone: 'success', text: '预演通过，可以发起。' }]
      : [
          { kind: 'notice', tone: 'alarm', text: `有${blockers.length}个问题，解决之后才能发起：` },
          { kind: 'list', ordered: true, items: blockers.map((title) => ({ title })) },
        ];
  const sections = rehearsalSections(view, zone).flatMap(({ title, lines, names }): Block[] => [
    { kind: 'heading', text: title },
    { kind: 'text', text: lines.join('\n') },
    ...(names.length === 0
      ? []
      : [
          {
            kind: 'details' as const,
            title: `名单（${title}）`,
            blocks: [{ kind: 'text' as const, text: names.map(cut).join('\n') }],
          },
        ]),
  ]);
  return [...verdict, ...sections, { kind: 'divider' }];
}

const cut = (names: string): string =>
  names.length <= LONGEST_NAMES ? names : `${names.slice(0, LONGEST_NAMES).toWellFormed()}…`;

/** The lines of `cycle rehearse`. */
export const rehearsalLines = (
  view: RehearsalView,
  zone: string,
  withNames: boolean,
): readonly string[] => [
  `《${view.profile.name}》在${view.unit.name}，${dateText(view.startOn)}开始，覆盖${view.people}人`,
  ...rehearsalSections(view, zone).flatMap(({ title, lines, names }) => [
    `${title}：`,
    ...[...lines, ...(withNames ? names : [])].map((line) => `  ${line}`),
  ]),
];
