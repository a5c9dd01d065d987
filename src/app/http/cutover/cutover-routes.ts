import type { Route } from '../../../http/route.ts';
import type { ServeScope } from '../serve-scope.ts';
import { cutoverControlRoutes } from './control-routes.ts';
import { cutoverDecideRoutes } from './decide-routes.ts';
import { cutoverEventRoute } from './event-route.ts';
import { cutoverReadRoutes } from './read-routes.ts';

/** The routes of cutovers. */
export const cutoverRoutes: readonly Route<ServeScope>[] = [
  ...cutoverReadRoutes,
  cutoverEventRoute,
  ...cutoverControlRoutes,
  ...cutoverDecideRoutes,
];
