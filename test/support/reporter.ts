/** Hands the result of the run to run.mjs, which prints it last, and lists why tests were skipped. */
import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule } from 'vitest/node';

type Summary = { passed: number; failed: number; skipped: number; reasons: string[] };

/** A file that fails to load or a set-up that fails has no failed test, yet it is a failure. */
export const summaryReporter: Reporter = {
  onTestRunEnd(modules, unhandled, reason) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const inState = (state: string) => tests.filter((test) => test.result().state === state);
    const broken = inState('failed').length + modules.filter(failedAsAWhole).length;
    const failed = broken + unhandled.length;
    const summary: Summary = {
      passed: inState('passed').length,
      failed: failed === 0 && reason !== 'passed' ? 1 : failed,
      skipped: inState('skipped').length,
      reasons: reasonsOf(inState('skipped')),
    };
    const file = process.env['TEST_SUMMARY_FILE'];
    if (file !== undefined) writeFileSync(file, JSON.stringify(summary));
  },
};

function failedAsAWhole(module: TestModule): boolean {
  const suites = [module, ...module.children.allSuites()];
  return suites.some((suite) => suite.errors().length > 0);
}

/** Tests that a name filter left out have no note and are only counted. */
function reasonsOf(skipped: readonly TestCase[]): string[] {
  const noted = skipped.flatMap((test) => {
    const result = test.result();
    if (result.state !== 'skipped' || result.note === undefined) return [];
    return `${relative(process.cwd(), test.module.moduleId)} > ${test.fullName}: ${result.note}`;
  });
  const silent = skipped.length - noted.length;
  return silent === 0 ? noted : [...noted, `另有 ${silent} 项未说明原因`];
}
