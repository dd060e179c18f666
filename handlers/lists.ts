/** What answers 待办, 进度 and 台账, and the buttons on those lists. */
import type { Router } from '../bot/router.ts';
import { commandRun, registerExport, registerPage, taskPage, taskShow } from '../cards/actions.ts';
import { type TaskListing, taskListCard, welcomeCard } from '../cards/lists.ts';
import type { Card } from '../cards/model.ts';
import { type OwnFormLine, progressCard } from '../cards/progress.ts';
import { registerCard } from '../cards/register.ts';
import { genericTitle, othersTitle, ownTitle } from '../cards/title.ts';
import { refusalToast } from '../cards/wording.ts';
import { type CycleProgress, type OwnForm, viewProgress } from '../services/progress.ts';
import { requestRegisterFile, viewRegister } from '../services/register.ts';
import { procedureSubject } from '../services/task.ts';
import { viewTasks } from '../services/task-list.ts';
import type { Command, Commands } from './commands.ts';
import { type Caller, reading, viewFor } from './reply.ts';

const TASKS = 10;
const LINES = 8;

export const listCommands: readonly Command[] = [
  {
    word: '待办',
    aliases: ['我的待办', '代办', '任务', '重发'],
    text: '查看需要您办理的事项',
    run: (caller) => tasks(caller, 0),
  },
  { word: '进度', aliases: ['查看进度', '工作进度'], text: '查看自查进展情况', run: progress },
  {
    word: '台账',
    aliases: ['登记册', '风险台账'],
    text: '查看已登记的风险点',
    run: (caller) => register(caller, 0),
  },
];

export function registerLists(router: Router<Caller>, commands: Commands): void {
  router.on(taskPage, async (caller, { n }) => ({ replace: await tasks(caller, n) }));
  router.on(registerPage, async (caller, { n }) => ({ replace: await register(caller, n) }));
  router.on(taskShow, async (caller, { id }) => {
    if ((await viewFor(caller, id)) === undefined)
      return { toast: refusalToast({ code: 'notYours' }) };
    showAgain(caller, id);
    return { toast: { tone: 'success', text: '已发送到会话底部' } };
  });
  router.on(registerExport, async (caller, { unit }) => {
    const request = { unitCode: unit, key: caller.eventId };
    const result = await requestRegisterFile(caller.ctx, request);
    if (!result.ok) return { toast: refusalToast(result.refusal) };
    return { toast: { tone: 'success', text: '正在生成表格，稍后发送给您' } };
  });
  router.on(commandRun, async (caller, { word }) => {
    const card = await commands.answer(caller, word);
    return card === null
      ? { toast: { tone: 'success', text: '已发送到会话底部' } }
      : { replace: card };
  });
}

/** Sends the caller's live card of a procedure anew, at the end of the chat. */
export function showAgain(caller: Caller, procedureId: string): void {
  caller.send({
    key: `show-${caller.eventId}-${procedureId}`,
    to: { person: caller.person },
    content: { kind: 'announce', subject: procedureSubject(procedureId) },
  });
}

async function tasks(caller: Caller, page: number): Promise<Card> {
  return taskListCard(await taskListing(caller, page));
}

/** The first greeting of the caller. */
export async function welcome(caller: Caller, name: string, commands: Commands): Promise<Card> {
  return welcomeCard(name, await taskListing(caller, 0), commands.lines);
}

async function taskListing(caller: Caller, index: number): Promise<TaskListing> {
  const page = { size: TASKS, index };
  const view = await viewTasks(await reading(caller), caller.person, page, caller.ctx);
  const lines = view.tasks.map((task) => ({
    procedureId: task.procedureId,
    title: task.subjectCode === caller.person ? ownTitle(task) : othersTitle(task),
    stepName: task.stepName,
    dueOn: task.dueOn,
  }));
  return { ...view, tasks: lines };
}

async function progress(caller: Caller): Promise<Card> {
  const view = await viewProgress(await reading(caller), caller.person, caller.ctx);
  const cycles = view.cycles.map(({ profile, ...cycle }) => ({
    ...cycle,
    name: profile.name,
    ...formLines(cycle),
  }));
  return progressCard(view.own.map(ownLine), cycles);
}

/** A cycle's forms by the names people know them by. */
export const formLines = ({
  forms,
  missing,
  unstaffed,
}: Pick<CycleProgress, 'forms' | 'missing' | 'unstaffed'>) => ({
  forms: forms.map((each) => ({ ...each, name: genericTitle(each.form) })),
  missing: missing.map((each) => ({ ...each, formName: genericTitle(each.form) })),
  unstaffed: unstaffed.map(({ form, objectName }) => ({
    objectName,
    formName: genericTitle(form),
  })),
});

/** A form of the person's own as a line of a list. */
export const ownLine = (form: OwnForm): OwnFormLine => ({
  procedureId: form.procedureId,
  formName: ownTitle(form),
  stepName: form.stepName,
  status: form.status,
});

async function register(caller: Caller, index: number): Promise<Card> {
  return registerCard(
    await viewRegister(await reading(caller), caller.person, { size: LINES, index }, caller.ctx),
  );
}
