/** The routes and the words of the product, as `app.ts` makes them. */
import { larkLimits } from '../../bot/lark/messenger.ts';
import { createRouter, type Router } from '../../bot/router.ts';
import type { Commands } from '../../handlers/commands.ts';
import type { Caller } from '../../handlers/reply.ts';
import { registerRoutes } from '../../handlers/routes.ts';
import type { LoadedProfile } from '../../services/profile.ts';

export function routesOf(profiles: readonly LoadedProfile[]): {
  readonly router: Router<Caller>;
  readonly commands: Commands;
} {
  const router = createRouter<Caller>();
  return { router, commands: registerRoutes(router, profiles, larkLimits) };
}
