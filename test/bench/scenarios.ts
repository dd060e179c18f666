/** Every scenario, in the order in which they run. */
import { auditScenario } from './audit.ts';
import { type ClickOptions, clickScenario } from './click.ts';
import { slowDiskScenario } from './click-slow-disk.ts';
import { fanoutScenario } from './fanout.ts';
import { launchScenario } from './launch.ts';
import type { Scenario } from './scenario.ts';
import { startScenario } from './start.ts';
import { timersScenario } from './timers.ts';
import { viewsScenario } from './views.ts';
import { wireScenario } from './wire.ts';

export const scenariosOf = (options: ClickOptions): readonly Scenario[] => [
  wireScenario(options),
  clickScenario(options),
  slowDiskScenario(options),
  timersScenario,
  launchScenario,
  viewsScenario,
  auditScenario,
  startScenario,
  fanoutScenario,
];
