/** The routes and the words of the product, as `app.ts` makes them. */
import { createRouter, type Router } from '../../bot/router.ts';
import { registerAnswers } from '../../handlers/answers.ts';
import { type Commands, createCommands } from '../../handlers/commands.ts';
import { launchCommands, registerLaunch } from '../../handlers/launch.ts';
import { listCommands, registerLists } from '../../handlers/lists.ts';
import type { Caller } from '../../handlers/reply.ts';
import { registerReview } from '../../handlers/review.ts';
import { registerSelfCheck } from '../../handlers/self-check.ts';
import type { LoadedProfile } from '../../services/profile.ts';

export function routesOf(profiles: readonly LoadedProfile[]): {
  readonly router: Router<Caller>;
  readonly commands: Commands;
} {
  const router = createRouter<Caller>();
  const commands = createCommands([...listCommands, ...launchCommands(profiles)]);
  registerSelfCheck(router);
  registerAnswers(router);
  registerReview(router);
  registerLists(router, commands);
  registerLaunch(router, profiles);
  return { router, commands };
}
