/** What a hosted page says when it cannot show what was asked for: what happened, and what to do next. */
import { PROGRESS_PAGE } from './link.ts';

export type NoticeText = {
  readonly title: string;
  readonly text: string;
  readonly next?: { readonly text: string; readonly path: string };
};

const backToChat = '请回到与廉哨的会话，发送“待办”，从最新的卡片打开。';
const overview = { text: '查看工作进度', path: PROGRESS_PAGE };

/** The way back in, to where the visitor was. */
const again = (path: string) => ({ text: '重新登录', path });

export const pageNotices = {
  missing: (): NoticeText => ({
    title: '没有找到这个页面',
    text: `地址可能不完整，或者内容已经移走。${backToChat}`,
    next: overview,
  }),
  notYours: (text: string): NoticeText => ({
    title: '这个页面不由您办理',
    text: `${text}如果您不是上方显示的人员，请先退出登录，再从自己的会话打开。`,
    next: overview,
  }),
  expired: (path: string): NoticeText => ({
    title: '登录已过期',
    text: '为了保护您填写的内容，长时间没有操作后需要重新登录。已保存的草稿不受影响，请重新登录后继续。',
    next: again(path),
  }),
  forged: (path: string): NoticeText => ({
    title: '页面已失效',
    text: '这个页面不是在当前登录下打开的，刚才的操作没有执行。请重新打开页面后再操作。',
    next: { text: '重新打开', path },
  }),
  stranger: (): NoticeText => ({
    title: '没有找到您的登记信息',
    text: '您还没有登记为本单位在岗人员，请联系系统管理员把您的账号加入人员名单。',
  }),
  denied: (): NoticeText => ({
    title: '您没有同意登录',
    text: '登录只用来确认您是谁，不读取其他信息。如需继续，请重新登录并选择同意。',
    next: again(PROGRESS_PAGE),
  }),
  loginFailed: (path: string): NoticeText => ({
    title: '登录没有完成',
    text: '登录信息已失效或已使用过，请重新登录。如果仍然不行，请从会话中的卡片重新打开。',
    next: again(path),
  }),
  loginUnavailable: (path: string): NoticeText => ({
    title: '暂时无法登录',
    text: '身份确认服务暂时没有回应，请稍后再试。也可以直接在会话的卡片中填写。',
    next: again(path),
  }),
  left: (): NoticeText => ({
    title: '已退出登录',
    text: '您在所有设备上的登录都已结束。需要继续时，请从会话中的卡片重新打开。',
    next: { text: '重新登录', path: PROGRESS_PAGE },
  }),
  tooLarge: (): NoticeText => ({
    title: '提交的内容过长',
    text: '请把每一项精简到规定的字数以内，再重新提交。请用浏览器的后退按钮返回，已填写的内容一般仍在页面上。',
  }),
  tooMany: (): NoticeText => ({
    title: '操作太频繁',
    text: '请稍等一分钟再试。请用浏览器的后退按钮返回，已填写的内容一般仍在页面上。',
  }),
  unreadable: (): NoticeText => ({
    title: '没有看懂这次提交',
    text: `请使用页面上的按钮提交。${backToChat}`,
  }),
  failed: (): NoticeText => ({
    title: '系统繁忙',
    text: '刚才的操作没有完成，请稍后再试。如果反复出现，请把下面的编号告诉系统管理员。',
  }),
} as const;
