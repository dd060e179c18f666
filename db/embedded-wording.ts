/** What the operator reads on the console while the embedded PostgreSQL starts and stops. */

export const embeddedWording = {
  initialising: '首次运行，正在初始化内置数据库…',
  starting: '正在启动内置数据库…',
  ready: '内置数据库已就绪。',
  adopted: '内置数据库已在运行，直接使用。',
  unhealthy: '上次遗留的内置数据库没有响应，正在停止它…',
  portTaken: '内置数据库原来的端口已被占用，改用其他端口。',
  relocated: (directory: string) => `数据目录对数据库用户不可见，数据库文件改存于 ${directory}。`,
  stopped: '内置数据库已停止。',
  unsupported: (platform: string) =>
    `内置数据库没有适用于本机（${platform}）的程序，请设置 DATABASE_URL 使用外部数据库。`,
  initialisationFailed: (detail: string) => `内置数据库初始化失败：${detail}`,
  startFailed: (logFile: string) => `内置数据库未能启动，详情见 ${logFile}`,
  stopFailed: '内置数据库未能停止。',
  lockBusy: (lockFile: string) => `另一个进程正在启动或停止内置数据库，请稍后再试（${lockFile}）。`,
  inUse: '内置数据库正被另一个进程使用，请先停止它。',
  stateLost: (directory: string) =>
    `${directory} 中有数据库文件，但缺少登录信息（postgres.json）。请恢复该文件，或移走数据库文件后重新开始。`,
  forbidden: (path: string) => `没有读写 ${path} 的权限：数据目录可能由另一个系统用户创建。`,
  noUser: '以 root 身份运行时，内置数据库需要名为 postgres 的系统用户，而它不存在也未能创建。',
};
