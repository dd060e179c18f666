/** The bot menu: the keys configured in the messenger's console and the command each one runs. */
export const menu: Readonly<Record<string, string>> = {
  todo: '待办',
  self_check: '自查',
  progress: '进度',
  register: '台账',
  help: '帮助',
};
