/**
 * `node run.mjs <task> [arguments]`: installs what is missing, then runs the task on the Node.js version the
 * project carries. Needs nothing but npm and Node.js 20. Everything it says itself goes to stderr.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('.', import.meta.url));
const NODE_MAJOR = Number(readFileSync(join(ROOT, '.nvmrc'), 'utf8'));
const PROGRAMS = {
  demo: 'demo.ts',
  start: 'main.ts',
  cli: 'cli.ts',
  bench: 'test/bench/main.ts',
  chaos: 'test/chaos/main.ts',
  fuzz: 'test/fuzz/main.ts',
};
const TASKS = {
  ...Object.fromEntries(Object.keys(PROGRAMS).map((t) => [t, program])),
  test,
  verify,
};
/**
 * Node.js options of a task. A process keeps up to three times the young generation in memory and gains some speed by it;
 * production's processes rather stay small (docs/performance.md, `start`).
 */
const OPTIONS = { start: ['--max-semi-space-size=2'] };
/** Tasks that production runs: there the development dependencies may be left out. */
const LEAN_TASKS = ['start', 'cli'];
const HEARTBEAT_MS = 15_000;
/** How long a child that got the signal from the terminal, too, may take to end before it is sent again. */
const SIGNAL_PATIENCE_MS = 1_000;
const PARENT_POLL_MS = 500;

/** Tools of `verify`, in the order in which they fail fastest. */
const CHECKS = [
  ['代码规范 （biome）', ['@biomejs/biome/bin/biome', 'check']],
  ['类型 （tsc）', ['typescript/bin/tsc', '-p', 'tsconfig.json']],
  ['页面类型 （tsc）', ['typescript/bin/tsc', '-p', 'simulator/page/browser/tsconfig.json']],
  ['引用边界 （dependency-cruiser）', ['dependency-cruiser/bin/dependency-cruise.mjs', '.']],
  ['无用代码 （knip）', ['knip/bin/knip.js']],
];

const say = (line) => process.stderr.write(`${line}\n`);

/** Runs a program to its end with this terminal, passing signals on; resolves to its exit code. */
function runProgram(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', ...options });
    const release = forwardSignals(child);
    child.once('error', (error) => {
      say(`无法运行 ${command}：${error.message}`);
      release();
      resolve(1);
    });
    child.once('close', (code, signal) => {
      release();
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}

/**
 * A terminal sends Ctrl-C to the child as well and npm repeats it, so one key press must not become three: the
 * first signal is passed on once, and only if the child has not ended by then. The shell that npm puts in between
 * dies of a signal without telling anybody; losing it therefore counts as one.
 */
function forwardSignals(child) {
  let isAsked = false;
  const ask = (signal) => {
    if (isAsked) return;
    isAsked = true;
    setTimeout(() => child.kill(signal), SIGNAL_PATIENCE_MS).unref();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, ask);
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event && process.ppid !== parent) ask('SIGTERM');
  }, PARENT_POLL_MS);
  return () => {
    clearInterval(watch);
    for (const signal of signals) process.off(signal, ask);
  };
}

/** True when every package of the lock file that this machine needs is there in its locked version. */
function isInstalled(task) {
  const read = (path) => JSON.parse(readFileSync(join(ROOT, path), 'utf8')).packages;
  const lean = LEAN_TASKS.includes(task) && isSystemNodeEnough();
  try {
    const installed = read('node_modules/.package-lock.json');
    return Object.entries(read('package-lock.json')).every(
      ([path, { version, optional, dev }]) =>
        path === '' || optional || (lean && dev) || installed[path]?.version === version,
    );
  } catch {
    return false;
  }
}

function isSystemNodeEnough() {
  return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR;
}

/** The Node.js that npm brought along; in an image that has the right one already, that one. */
function carriedNode() {
  const names = ['node_modules/node/bin/node', 'node_modules/node/bin/node.exe'];
  const found = names.map((name) => join(ROOT, name)).find((path) => isNode(path));
  return found ?? (isSystemNodeEnough() ? process.execPath : null);
}

function isNode(path) {
  return existsSync(path) && spawnSync(path, ['--version']).status === 0;
}

async function install() {
  const began = performance.now();
  const seconds = () => Math.round((performance.now() - began) / 1000);
  say('正在安装依赖…（首次约需一分钟）');
  const heartbeat = setInterval(() => say(`仍在安装依赖，已用 ${seconds()} 秒…`), HEARTBEAT_MS);
  // Flags undo what the shell, npm's own environment or NODE_ENV=production would change.
  const flags = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--no-json'];
  const quiet = ['--ignore-scripts=false', '--loglevel=error'];
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const code = await runProgram(command, [...first, 'ci', ...flags, ...quiet], {
    stdio: ['ignore', 2, 2],
    shell: command === 'npm' && process.platform === 'win32',
  });
  clearInterval(heartbeat);
  if (code === 0) say(`依赖安装完成，用时 ${seconds()} 秒。`);
  else say('依赖安装失败，原因见上。请检查网络后重试。');
  return code;
}

/**
 * Compiled once and kept: without it every start reads and strips every source file anew, and holds what that takes.
 * Few arenas: each thread of Node.js would keep one, mostly empty.
 */
function program(node, args, task) {
  const cache = join(ROOT, 'node_modules/.cache/node');
  const env = { NODE_COMPILE_CACHE: cache, MALLOC_ARENA_MAX: '2', ...process.env };
  return runProgram(node, [...(OPTIONS[task] ?? []), PROGRAMS[task], ...args], { env });
}

/** The whole suite in one run; the last line is `N passed, N failed[, N skipped]`. */
async function test(node, args) {
  const directory = mkdtempSync(join(tmpdir(), 'lianshao-summary-'));
  const file = join(directory, 'summary.json');
  const tool = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const env = { ...process.env, TEST_SUMMARY_FILE: file };
  try {
    const code = await runProgram(node, [tool, 'run', ...args], { env });
    const summary = readSummary(file) ?? { passed: 0, failed: 1, skipped: 0, reasons: [] };
    for (const reason of summary.reasons) console.log(`跳过 ${reason}`);
    const skipped = summary.skipped > 0 ? `, ${summary.skipped} skipped` : '';
    console.log(`${summary.passed} passed, ${summary.failed} failed${skipped}`);
    return code === 0 && summary.failed > 0 ? 1 : code;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function readSummary(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
}

/** All checks, then the tests; stops at the first that fails. */
async function verify(node, args) {
  for (const [name, [tool, ...flags]] of CHECKS) {
    const project = flags[flags.indexOf('-p') + 1];
    if (flags.includes('-p') && !existsSync(join(ROOT, project))) continue;
    const began = performance.now();
    console.log(`▶ ${name}`);
    const code = await runProgram(node, [join(ROOT, 'node_modules', tool), ...flags]);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    console.log(`${code === 0 ? '✔' : '✘'} ${name} ${seconds} 秒`);
    if (code !== 0) return code;
  }
  console.log('▶ 测试 （vitest）');
  return test(node, args);
}

async function main([task, ...args]) {
  if (task === undefined || !Object.hasOwn(TASKS, task)) {
    say(`用法：node run.mjs ${Object.keys(TASKS).join('|')} [参数]`);
    return 2;
  }
  if (!isInstalled(task)) {
    const code = await install();
    if (code !== 0) return code;
  }
  const node = carriedNode();
  if (node === null) {
    say(`没有找到 Node.js ${NODE_MAJOR}：npm 未能安装它（安装脚本是否被禁用？）。`);
    return 1;
  }
  return TASKS[task](node, args, task);
}

process.exitCode = await main(process.argv.slice(2));
