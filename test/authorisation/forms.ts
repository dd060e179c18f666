/** What the requirements say about one form: who may see it and who may do what with it, in every state. */
import type { ProcedureStatus } from '../../domain/procedure-state.ts';
import type { RefusalCode } from '../../domain/refusal.ts';
import type { Relation } from './people.ts';
import type { Rule } from './rules.ts';

type Phase = 'scheduled' | 'writing' | 'review' | 'completed' | 'cancelled';

type StateRow = {
  readonly zh: string;
  readonly en: string;
  readonly phase: Phase;
  readonly status: ProcedureStatus;
  /** The step the form stands at; null when its chain is over. */
  readonly step: string | null;
  readonly department: 'A1' | 'S1';
};

const a1 = (phase: Phase, step: string | null, zh: string, en: string): StateRow => {
  const statuses = {
    scheduled: 'scheduled',
    completed: 'completed',
    cancelled: 'cancelled',
  } as const;
  const status = phase === 'writing' || phase === 'review' ? 'open' : statuses[phase];
  return { zh, en, phase, step, status, department: 'A1' };
};

/** The states a form can be in. Forms of `S1` belong to a unit below the one that launched. */
export const states = {
  scheduled: a1('scheduled', 'fill', '未开始', 'stage not open'),
  fill: a1('writing', 'fill', '填写中', 'being written'),
  withdrawn: a1('writing', 'fill', '已撤回', 'taken back'),
  returned: a1('writing', 'fill', '已退回', 'returned by the leader'),
  headOpinion: a1('review', 'headOpinion', '待负责人签署', "head's turn"),
  leaderOpinion: a1('review', 'leaderOpinion', '待分管签署', "leader's turn"),
  groupDecision: a1('review', 'groupDecision', '待审定', "leading group's turn"),
  authorLeft: a1('review', 'headOpinion', '审核中，填报人离职', "head's turn, author has left"),
  completed: a1('completed', null, '已登记', 'decided and registered'),
  closedCompleted: a1('completed', null, '已登记，周期已结束', 'registered, cycle closed'),
  cancelledFill: a1('cancelled', 'fill', '填写中终止', 'cycle closed while written'),
  cancelledReview: a1('cancelled', 'leaderOpinion', '审核中终止', 'cycle closed in review'),
  belowHeadOpinion: {
    ...a1('review', 'headOpinion', '下级单位：待负责人签署', "unit below: head's turn"),
    department: 'S1',
  },
  belowCompleted: {
    ...a1('completed', null, '下级单位：已登记', 'unit below: registered'),
    department: 'S1',
  },
} as const satisfies Readonly<Record<string, StateRow>>;

export type State = keyof typeof states;
export const stateIds = Object.keys(states) as readonly State[];

const inPhase = (phase: Phase) => stateIds.filter((state) => states[state].phase === phase);
const writing = inPhase('writing');
const ofA1 = stateIds.filter((state) => states[state].department === 'A1');
const ofS1 = stateIds.filter((state) => states[state].department === 'S1');
const signedByHead = [
  'leaderOpinion',
  'groupDecision',
  'returned',
  'completed',
  'closedCompleted',
  'cancelledReview',
] as const;
const handledByLeader = [
  'leaderOpinion',
  'groupDecision',
  'returned',
  'completed',
  'closedCompleted',
] as const;

export type Sight = 'full' | 'status' | 'none';

type SightRow = {
  readonly full?: readonly State[];
  /** Only how the form stands; states that are also in `full` count there. */
  readonly status?: readonly State[];
  readonly rules: readonly Rule[];
};

/** How much of a form each relation may see; nothing where no state is named. */
export const sights: Readonly<Record<Relation, SightRow>> = {
  author: { full: stateIds.filter((state) => state !== 'authorLeft'), rules: ['RISK-06'] },
  colleague: { rules: ['ORG-29'] },
  head: { full: ['headOpinion', 'authorLeft'], status: ofA1, rules: ['RISK-12', 'ORG-21'] },
  formerSigner: { full: signedByHead, rules: ['RISK-45'] },
  formerHead: { rules: ['ORG-07'] },
  leader: { full: handledByLeader, status: ofA1, rules: ['RISK-12', 'ORG-21'] },
  office: { full: stateIds, rules: ['ORG-10'] },
  officeSuperior: { status: ['groupDecision'], rules: ['PLAN-32'] },
  principal: { status: stateIds, rules: ['ORG-21'] },
  groupHead: { full: stateIds, rules: ['ORG-10'] },
  groupMember: { rules: ['ORG-29'] },
  discipline: { full: stateIds, rules: ['ORG-09'] },
  administrator: { rules: ['ORG-29'] },
  uninvolved: { rules: ['ORG-29'] },
  otherDepartment: { rules: ['ORG-29'] },
  belowHead: { full: ofS1, rules: ['RISK-12', 'RISK-45'] },
  belowLeader: { full: ['belowCompleted'], status: ofS1, rules: ['RISK-12', 'ORG-21'] },
  belowPrincipal: { status: ofS1, rules: ['ORG-21'] },
  belowDiscipline: { full: ofS1, rules: ['ORG-09'] },
  belowGroup: { rules: ['ORG-11'] },
  elsewhere: { rules: ['ORG-29'] },
  left: { rules: ['ORG-29'] },
  stranger: { rules: ['ORG-29'] },
};

type Reasons = Readonly<Record<Phase, RefusalCode | null>>;

type FormAction = { readonly zh: string; readonly en: string } & (
  | {
      readonly kind: 'act';
      readonly allowed: readonly {
        readonly who: Relation;
        readonly when: readonly State[];
        readonly rules: readonly Rule[];
      }[];
      /** What the author, and others who may see the form, are told otherwise; null where that cannot happen. */
      readonly author: Reasons;
      readonly others: Reasons;
    }
  /** Reading: whoever sees at least so much; it changes nothing. */
  | {
      readonly kind: 'read';
      readonly needs: Exclude<Sight, 'none'>;
      readonly rules: readonly Rule[];
    }
);

const reasons = (
  scheduled: RefusalCode,
  write: RefusalCode | null,
  review: RefusalCode,
  completed: RefusalCode,
  cancelled: RefusalCode,
): Reasons => ({ scheduled, writing: write, review, completed, cancelled });

const notYours = reasons('notYours', 'notYours', 'notYours', 'notYours', 'notYours');
/** A state in which nobody can act is named before the person. */
const stateFirst = reasons('stageNotOpen', 'notYours', 'notYours', 'alreadyDecided', 'wrongState');

const draft = (zh: string, en: string): FormAction => ({
  zh,
  en,
  kind: 'act',
  allowed: [{ who: 'author', when: writing, rules: ['RISK-06'] }],
  author: reasons('stageNotOpen', null, 'alreadyDecided', 'alreadyDecided', 'wrongState'),
  others: notYours,
});

const verdict = (zh: string, en: string, rule: Rule): Extract<FormAction, { kind: 'act' }> => ({
  zh,
  en,
  kind: 'act',
  allowed: [
    { who: 'head', when: ['headOpinion', 'authorLeft'], rules: [rule, 'ORG-07'] },
    { who: 'leader', when: ['leaderOpinion'], rules: [rule] },
    { who: 'office', when: ['groupDecision'], rules: [rule, 'RISK-13'] },
    { who: 'belowHead', when: ['belowHeadOpinion'], rules: [rule] },
  ],
  author: reasons('stageNotOpen', 'wrongState', 'ownForm', 'alreadyDecided', 'wrongState'),
  others: reasons('stageNotOpen', 'wrongState', 'notYours', 'alreadyDecided', 'wrongState'),
});

/** Steps of a kind that the shipped scheme does not have: `test/steps.db.test.ts` walks them. */
const elsewhere = (zh: string, en: string): FormAction => ({
  zh,
  en,
  kind: 'act',
  allowed: [],
  author: reasons('stageNotOpen', 'wrongState', 'wrongState', 'alreadyDecided', 'wrongState'),
  others: reasons('stageNotOpen', 'wrongState', 'wrongState', 'alreadyDecided', 'wrongState'),
});

const reading = (zh: string, en: string): FormAction => ({
  zh,
  en,
  kind: 'read',
  needs: 'full',
  rules: ['ORG-29'],
});

/** What can be clicked on a form, by action id. */
export const formActions: Readonly<Record<string, FormAction>> = {
  'selfCheck.open': {
    ...draft('填写自查表', 'open the form'),
    kind: 'act',
    allowed: [{ who: 'author', when: writing, rules: ['RISK-06'] }],
    author: reasons('stageNotOpen', null, 'alreadyDecided', 'alreadyDecided', 'alreadyDecided'),
    others: notYours,
  },
  'selfCheck.addPoint': draft('添加风险点', 'add a point'),
  'selfCheck.saveDraft': draft('保存草稿', 'save the draft'),
  'selfCheck.editPoint': draft('修改风险点', 'change a point'),
  'selfCheck.dropPoint': draft('删除风险点', 'drop a point'),
  'selfCheck.submit': {
    zh: '提交',
    en: 'submit',
    kind: 'act',
    allowed: [{ who: 'author', when: writing, rules: ['RISK-06', 'RISK-12'] }],
    author: reasons('stageNotOpen', null, 'alreadyDecided', 'alreadyDecided', 'wrongState'),
    others: stateFirst,
  },
  'selfCheck.withdraw': {
    zh: '撤回',
    en: 'take back, until the first signature',
    kind: 'act',
    allowed: [{ who: 'author', when: ['headOpinion', 'belowHeadOpinion'], rules: ['RISK-45'] }],
    author: reasons('stageNotOpen', 'wrongState', 'alreadyDecided', 'alreadyDecided', 'wrongState'),
    others: stateFirst,
  },
  'answers.saveDraft': {
    ...draft('保存草稿（其他表格）', 'save the draft of another paper: not of a self-check'),
    kind: 'act',
    allowed: [],
    author: reasons('stageNotOpen', 'wrongState', 'alreadyDecided', 'alreadyDecided', 'wrongState'),
    others: notYours,
  },
  'answers.submit': {
    zh: '提交（其他表格）',
    en: 'submit another paper: not a self-check',
    kind: 'act',
    allowed: [],
    author: reasons('stageNotOpen', 'wrongState', 'alreadyDecided', 'alreadyDecided', 'wrongState'),
    others: stateFirst,
  },
  'review.agree': verdict('同意', 'agree', 'RISK-12'),
  'review.return': verdict('退回', 'return', 'RISK-45'),
  'review.standIn': {
    ...verdict('转交或回避', 'ask who takes the task', 'ORG-07'),
    author: notYours,
    others: notYours,
  },
  'review.handOver': verdict('转交', 'hand the task over', 'ORG-07'),
  'review.recuse': verdict('回避', 'stand aside for a conflict of interest', 'ORG-07'),
  'comment.add': elsewhere('提补充意见', 'add something to a form'),
  'comment.accept': elsewhere('采纳意见', 'accept an addition'),
  'comment.explain': elsewhere('说明不采纳', 'explain why not'),
  'comment.close': elsewhere('结束征求意见', 'end the additions'),
  'filing.confirm': elsewhere('确认备案', 'confirm a receipt'),
  'comment.show': reading('查看补充意见', 'read an addition'),
  'procedure.read': reading('查看风险点', 'read a point'),
  'procedure.history': reading('查看办理记录', 'read the record'),
  'procedure.refresh': {
    zh: '刷新',
    en: 'refresh',
    kind: 'read',
    needs: 'status',
    rules: ['ORG-21', 'ORG-29'],
  },
  'task.show': {
    zh: '查看',
    en: 'send the card anew',
    kind: 'read',
    needs: 'status',
    rules: ['ORG-21', 'ORG-29'],
  },
};

export type Expectation =
  | { readonly outcome: 'allowed'; readonly rules: readonly Rule[] }
  | { readonly outcome: RefusalCode | 'stranger'; readonly rules: readonly Rule[] };

export function sightOf(relation: Relation, state: State): Sight {
  const { full = [], status = [] } = sights[relation];
  if (full.includes(state)) return 'full';
  return status.includes(state) ? 'status' : 'none';
}

/** What a click of `relation` leads to. @throws for an action without a row, and for a cell the table leaves open */
export function expectedOf(action: string, relation: Relation, state: State): Expectation {
  const row = Object.hasOwn(formActions, action) ? formActions[action] : undefined;
  if (row === undefined) throw new Error(`no row for the action ${action}`);
  const gone = relation === 'author' && state === 'authorLeft';
  if (gone || relation === 'left' || relation === 'stranger')
    return { outcome: 'stranger', rules: ['ORG-29'] };
  const sight = sightOf(relation, state);
  if (row.kind === 'read') {
    const enough = sight === 'full' || sight === row.needs;
    return enough ? { outcome: 'allowed', rules: row.rules } : hidden;
  }
  const cell = row.allowed.find(({ who, when }) => who === relation && when.includes(state));
  if (cell !== undefined) return { outcome: 'allowed', rules: cell.rules };
  if (sight === 'none') return hidden;
  return withheld((relation === 'author' ? row.author : row.others)[states[state].phase]);
}

const hidden: Expectation = { outcome: 'notYours', rules: ['ORG-29'] };

function withheld(reason: RefusalCode | null): Expectation {
  if (reason === null) throw new Error('a cell of the matrix is left open');
  return { outcome: reason, rules: reason === 'notYours' ? ['ORG-29'] : ['RISK-14'] };
}
